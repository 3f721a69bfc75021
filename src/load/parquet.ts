import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CONTRACT_VERSION, type TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import type { FileSystem } from '../files.ts';
import type { DatabaseLimits } from '../options.ts';
import type { Database } from './database.ts';
import { columnNames, duckdbType } from './ddl.ts';
import { columnList, identifier, literal } from './sql-text.ts';

/** Where a table, or one month of it, stands in a version, `/`-separated. */
export function parquetPath(table: TableContract, month: string | null): string {
  const directory = month === null ? `parquet/${table.name}` : `parquet/${table.name}/month=${month}`;
  return `${directory}/part-0.parquet`;
}

/** Rows of a row group: as many are held in memory by each thread that writes. A multiple of DuckDB's vectors of 2,048. */
const ROW_GROUP_ROWS = 61_440;

/** What DuckDB wants of a quarter of its memory for each column and thread that writes; one thread it has in any case. */
const BYTES_A_COLUMN = 4 * 1024 * 1024;

/** Columns of the widest table, which has most of the bytes. */
const MOST_COLUMNS = Math.max(...TABLES.map(({ schema }) => schema.fields.length));

/**
 * How many threads write Parquet: as many as DuckDB lets write the widest table. Others could only help to sort it, with
 * less memory for each; of two, the second one mostly waited.
 */
export function writingThreads({ memoryBytes, threads }: DatabaseLimits): number {
  return Math.min(threads, 1 + Math.floor(memoryBytes / 4 / (MOST_COLUMNS * BYTES_A_COLUMN)));
}

/** Changes whenever a table's files must be written anew: its columns, types, sort order or contract version. */
export function schemaHash(table: TableContract): string {
  const columns = table.schema.fields.map((field) => `${field.name} ${duckdbType(field.type)}`);
  const text = [CONTRACT_VERSION, ...columns, ...table.sortColumns].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Writes a table, or one month of it (an ISO date), as one sorted file into the version directory. A plain COPY to a
 * path of a version that nobody reads yet; what is left after an error is rubbish in that version only.
 */
export async function writeParquet(
  database: Database,
  fileSystem: FileSystem,
  versionDir: string,
  table: TableContract,
  month: string | null,
): Promise<void> {
  const path = join(versionDir, parquetPath(table, month));
  await fileSystem.mkdir(dirname(path), { recursive: true });
  await database.run(`
    COPY (
      SELECT ${columnList(columnNames(table))} FROM ${identifier(table.name)} ${monthFilter(table, month)}
      ORDER BY ${columnList(table.sortColumns)}
    ) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v1,
    ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, KV_METADATA {
      producer: 'mailersend-dmarc-etl', contract_version: '${CONTRACT_VERSION}',
      "table": ${literal(table.name)}, description: ${literal(table.description)}, grain: ${literal(table.grain)},
      key: ${literal(table.key.join(','))}, columns: ${literal(columnDescriptions(table))}
    })`);
}

/** JSON text: column → description. */
function columnDescriptions(table: TableContract): string {
  const entries = table.schema.fields.map((field) => [field.name, field.metadata.get('description') ?? '']);
  return JSON.stringify(Object.fromEntries(entries));
}

function monthFilter(table: TableContract, month: string | null): string {
  if (table.partitionColumn === null || month === null) return '';
  const day = identifier(table.partitionColumn);
  return `WHERE ${day} >= DATE ${literal(month)} AND ${day} < DATE ${literal(month)} + INTERVAL 1 MONTH`;
}
