import { type DuckDBConnection, DuckDBInstance, type DuckDBValue, version } from '@duckdb/node-api';
import type { RecordBatch } from 'apache-arrow';
import type { DatabaseLimits } from '../options.ts';
import { BatchAppender } from './append.ts';
import { literal } from './sql-text.ts';

/** One row of a result: column name → JavaScript value (BIGINT as bigint, dates and times as DuckDB's own values). */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** The seam for DuckDB: one open file, one connection. */
export interface Database {
  readonly path: string;
  /** Runs statements, one after the other; resolves to the number of rows that the last one changed. */
  run(sql: string): Promise<bigint>;
  /** All rows of a query, in memory: for small results only. `values` stand for the `?` in it. */
  rows(sql: string, values?: readonly DuckDBValue[]): Promise<readonly Row[]>;
  /** Rows of a query in chunks, memory bounded by a chunk. */
  stream(sql: string): AsyncGenerator<readonly Row[]>;
  /** Appends an Arrow batch to a table of the same columns in the same order; the rows are there after {@link flush}. */
  append(table: string, batch: RecordBatch): Promise<void>;
  /** Puts all rows that were appended into their tables. */
  flush(): Promise<void>;
  /**
   * Runs `work` in a transaction: commits what it did, or rolls all of it back and rethrows. A statement that failed
   * ends it so even where `work` caught the error.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Changes what DuckDB may use from now on; what is not given stays as it is. */
  limit(limits: Partial<DatabaseLimits>): Promise<void>;
  /** Closes the file; without a checkpoint a `.wal` may stay beside it. More than once is once. */
  close(): void;
}

export interface DatabaseOptions extends Partial<DatabaseLimits> {
  readonly readOnly?: boolean;
  /** Where DuckDB spills what does not fit in memory; made when needed. */
  readonly tempDirectory?: string;
  /** Directories outside the database file that SQL may read and write; nothing else is reachable when given. */
  readonly allowedDirectories?: readonly string[];
}

/** Of who only reads; runs and replays have their own limits. */
const DEFAULT_MEMORY_BYTES = 512e6;

/** What is free goes back to the system soon, also where the process did not set the allocator (process-memory.ts). */
const RETURN_MEMORY = {
  allocator_background_threads: 'true',
  allocator_flush_threshold: '8MB',
  allocator_bulk_deallocation_flush_threshold: '16MB',
};

/** The storage format of a published file: DuckDB 1.1 and newer read it (CONTRACT: Published layout). */
const STORAGE_VERSION = 'v1.0.0';

/** The version of the DuckDB library in use, as `SELECT version()` has it. */
export function duckdbVersion(): string {
  return version();
}

/**
 * Opens a DuckDB file (`:memory:` for none) with the settings that make results independent of the machine: UTC,
 * bounded memory, no extension downloads. Throws DuckDB's error if the file cannot be opened.
 */
export async function openDatabase(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const instance = await DuckDBInstance.create(path, {
    access_mode: options.readOnly ? 'READ_ONLY' : 'AUTOMATIC',
    memory_limit: memoryLimit(options.memoryBytes ?? DEFAULT_MEMORY_BYTES),
    storage_compatibility_version: STORAGE_VERSION,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...RETURN_MEMORY,
    ...(options.tempDirectory === undefined ? {} : { temp_directory: options.tempDirectory }),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  if (options.allowedDirectories !== undefined) {
    const list = options.allowedDirectories.map(literal).join(', ');
    await connection.run(
      `SET allowed_directories = [${list}]; SET enable_external_access = false; SET lock_configuration = true`,
    );
  }
  return new DuckDbDatabase(path, instance, connection);
}

/** A size as DuckDB's settings take it. */
function memoryLimit(bytes: number): string {
  return `${Math.floor(bytes)}B`;
}

class DuckDbDatabase implements Database {
  readonly path: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #appenders = new Map<string, BatchAppender>();
  #isOpen = true;
  /** The first error of a statement in the transaction under way. */
  #failed: { readonly error: unknown } | null = null;

  constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path;
    this.#instance = instance;
    this.#connection = connection;
  }

  async run(sql: string): Promise<bigint> {
    const { rowsChanged } = await this.#noticing(this.#connection.run(sql));
    return BigInt(rowsChanged);
  }

  async rows(sql: string, values: readonly DuckDBValue[] = []): Promise<readonly Row[]> {
    const reader = await this.#noticing(this.#connection.runAndReadAll(sql, [...values]));
    return reader.getRowObjects();
  }

  async *stream(sql: string): AsyncGenerator<readonly Row[]> {
    const result = await this.#connection.stream(sql);
    const names = result.columnNames();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getRowObjects(names);
    }
  }

  async append(table: string, batch: RecordBatch): Promise<void> {
    await this.#noticing(this.#appendBatch(table, batch));
  }

  async flush(): Promise<void> {
    await this.#noticing(this.#closeAppenders());
  }

  async #appendBatch(table: string, batch: RecordBatch): Promise<void> {
    const known = this.#appenders.get(table);
    const appender = known ?? (await BatchAppender.open(this.#connection, table));
    this.#appenders.set(table, appender);
    appender.append(batch);
  }

  async #closeAppenders(): Promise<void> {
    const appenders = [...this.#appenders.values()];
    this.#appenders.clear();
    for (const appender of appenders) appender.close();
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#connection.run('BEGIN TRANSACTION');
    this.#failed = null;
    try {
      const result = await work();
      this.#refuseFailed();
      await this.#connection.run('COMMIT');
      return result;
    } catch (error) {
      await this.#rollback();
      throw error;
    }
  }

  async #noticing<T>(statement: Promise<T>): Promise<T> {
    try {
      return await statement;
    } catch (error) {
      this.#failed ??= { error };
      throw error;
    }
  }

  /** DuckDB reports success for the COMMIT of an aborted transaction, and keeps half of one that an error did not abort. */
  #refuseFailed(): void {
    if (this.#failed !== null) throw this.#failed.error;
  }

  /** A failed COMMIT has rolled back already; then there is nothing to undo and the first error is the one to tell. */
  async #rollback(): Promise<void> {
    await this.#connection.run('ROLLBACK').catch(() => undefined);
  }

  async limit({ memoryBytes, threads }: Partial<DatabaseLimits>): Promise<void> {
    if (memoryBytes !== undefined)
      await this.#connection.run(`SET memory_limit = ${literal(memoryLimit(memoryBytes))}`);
    if (threads !== undefined) await this.#connection.run(`SET threads = ${threads}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
