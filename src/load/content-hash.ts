import type { TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import type { Database } from './database.ts';
import { columnNames } from './ddl.ts';
import { columnList, identifier } from './sql-text.ts';

/** Rows and content of a table or of one month of it; equal contents have equal digests, in any order of rows. */
export interface ContentDigest {
  /** First day of the UTC month, ISO date; null for a table that is not partitioned. */
  readonly month: string | null;
  readonly rows: number;
  /** Sum of the rows' 64-bit hashes, decimal text. Comparable within one DuckDB version. */
  readonly hash: string;
  /** Smallest and largest date of the partition column, ISO; null without one or without rows. */
  readonly min_date: string | null;
  readonly max_date: string | null;
}

/** The month of a table's partition column, as SQL. */
export function monthSql(table: TableContract): string {
  return `CAST(date_trunc('month', ${identifier(table.partitionColumn ?? '')}) AS DATE)`;
}

/**
 * Digests what `source` (SQL: a table name or a reader function) holds, a digest a month for a partitioned table in
 * ascending order, else one.
 */
export async function digestContent(
  database: Database,
  table: TableContract,
  source: string,
): Promise<readonly ContentDigest[]> {
  const hash = `CAST(COALESCE(SUM(CAST(HASH(${columnList(columnNames(table))}) AS HUGEINT)), 0) AS VARCHAR) AS hash`;
  const rows = 'COUNT(*) AS rows';
  if (table.partitionColumn === null) {
    const found = await database.rows(`SELECT ${rows}, ${hash} FROM ${source}`);
    return found.map((row) => ({
      month: null,
      rows: Number(row.rows),
      hash: String(row.hash),
      min_date: null,
      max_date: null,
    }));
  }
  const day = identifier(table.partitionColumn);
  const found = await database.rows(`
    SELECT CAST(${monthSql(table)} AS VARCHAR) AS month, ${rows}, ${hash},
      CAST(MIN(${day}) AS VARCHAR) AS min_date, CAST(MAX(${day}) AS VARCHAR) AS max_date
    FROM ${source} GROUP BY ALL ORDER BY month`);
  return found.map((row) => ({
    month: String(row.month),
    rows: Number(row.rows),
    hash: String(row.hash),
    min_date: String(row.min_date),
    max_date: String(row.max_date),
  }));
}

/** What each table holds, by name. */
export type Contents = ReadonlyMap<string, readonly ContentDigest[]>;

/** Digests every table of the contract. Throws DuckDB's error. */
export async function digestTables(database: Database): Promise<Contents> {
  const contents = new Map<string, readonly ContentDigest[]>();
  for (const table of TABLES) {
    contents.set(table.name, await digestContent(database, table, identifier(table.name)));
  }
  return contents;
}

/** The digest of no rows. */
export function emptyDigest(month: string | null): ContentDigest {
  return { month, rows: 0, hash: '0', min_date: null, max_date: null };
}

/** Whether two digests speak of the same rows. */
export function sameContent(left: ContentDigest, right: ContentDigest): boolean {
  return left.rows === right.rows && left.hash === right.hash;
}
