import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { nodeFileSystem } from '../files.ts';
import { asHeld } from '../held-file.ts';
import { DATABASE_FILE } from './manifest.ts';
import { outDirectory } from './out-directory.ts';
import { requireCurrentVersion } from './versions.ts';

/** A result as DuckDB gives it: values by position, types as DuckDB names them. */
export interface ResultTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The published dataset, open for questions. It stays the version it was when it was opened. */
export interface ReadOnlyDatabase {
  /** Runs one statement and returns its rows, `limit` at most. Throws DuckDB's error. */
  query(sql: string, limit?: number): Promise<ResultTable>;
  close(): void;
}

/**
 * Opens the current version of an out directory read-only. Throws ConfigurationError if nothing is published there, and
 * BusyError if another program has it open for writing.
 */
export async function openCurrent(outDir: string): Promise<ReadOnlyDatabase> {
  const dir = await requireCurrentVersion(nodeFileSystem, outDirectory(outDir));
  const path = join(dir, DATABASE_FILE);
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }).catch((cause: unknown) => {
    throw asHeld(path, cause) ?? cause;
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    async query(sql, limit = Number.POSITIVE_INFINITY) {
      const reader = await connection.streamAndReadUntil(sql, limit);
      const types = reader.columnTypes();
      const columns = reader.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
      return { columns, rows: reader.getRows().slice(0, limit) };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
