import type { DuckDBValue } from '@duckdb/node-api';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { fillReferenceTables } from '../../src/load/reference.ts';
import { identifier, literal } from '../../src/load/sql-text.ts';
import { createViews } from '../../src/load/views.ts';

/** What views call today in these tests. */
export const TODAY = '2025-11-30';

/** A value of a hand-made row; absent columns are NULL. */
export type Cell = string | number | boolean | null;
export type Cells = Readonly<Record<string, Cell>>;

/** How the messages of a hand-made record fared: aligned SPF, aligned DKIM, both or none. */
export type Outcome = 'both' | 'dkim_only' | 'spf_only' | 'fail';

const MILLISECONDS_A_DAY = 86_400_000;

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(day) / MILLISECONDS_A_DAY;
}

/** The day `back` days before {@link TODAY}. */
export function daysAgo(back: number): string {
  return new Date(Date.parse(TODAY) - back * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** A database in memory with every table, the thresholds and every view; a run as of {@link TODAY} is there. */
export async function openViews(): Promise<Database> {
  const database = await openDatabase(':memory:');
  await createTables(database);
  await createViews(database);
  await insert(database, 'meta_runs', [run(TODAY)]);
  await fillReferenceTables(database);
  return database;
}

/** A run whose newest complete listing of the monitors was on `day`. */
export function run(day: string, cells: Cells = {}): Cells {
  return { run_id: `run-${day}`, as_of_date: day, as_of_day: dayNumber(day), status: 'ok', ...cells };
}

export function monitor(monitor_id: string, domain_name: string, cells: Cells = {}): Cells {
  return { monitor_id, domain_name, is_active: true, ...cells };
}

/** A detail record of m1 from 192.0.2.1, all of whose messages fared alike. */
export function record(
  record_id: string,
  day: string,
  volume: number,
  outcome: Outcome,
  cells: Cells = {},
): Cells {
  const isSpf = outcome === 'both' || outcome === 'spf_only';
  const isDkim = outcome === 'both' || outcome === 'dkim_only';
  const ip = cells.ip_canonical ?? '192.0.2.1';
  return {
    monitor_id: 'm1',
    record_id,
    requested_ip: ip,
    ip_address: ip,
    ip_canonical: ip,
    ip_version: 4,
    ip_network: '192.0.2.0/24',
    ip_scope: 'documentation',
    report_date: day,
    report_day: dayNumber(day),
    created_at: `${day} 00:00:00+00`,
    total_volume: volume,
    dmarc_pass_rate: outcome === 'fail' ? 0 : 1,
    spf_pass_rate: isSpf ? 1 : 0,
    dkim_pass_rate: isDkim ? 1 : 0,
    spf_aligned: isSpf,
    dkim_aligned: isDkim,
    applied_policy: 'none',
    report_source: 'google.com',
    ...cells,
  };
}

/** A row of `auth_results`. */
export function auth(
  record_id: string,
  auth_type: 'spf' | 'dkim',
  domain: string | null,
  result: string | null,
  cells: Cells = {},
): Cells {
  return { monitor_id: 'm1', record_id, auth_type, position: 0, domain, result, ...cells };
}

/** A source in m1's snapshot of yesterday. */
export function source(ip: string, volume: number, cells: Cells = {}): Cells {
  return {
    monitor_id: 'm1',
    snapshot_date: daysAgo(1),
    ip_address: ip,
    ip_canonical: ip,
    total_volume_as_of: volume,
    is_favorite: false,
    ...cells,
  };
}

/** A complete listing. */
export function snapshot(stream: string, day: string, monitor_id = 'm1'): Cells {
  return { monitor_id, stream, snapshot_date: day, rows: 1 };
}

/** Inserts rows, each with its own columns, and brings the calendar up to date. */
export async function insert(database: Database, table: string, rows: readonly Cells[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (rows.length === 0) return;
  const values = rows.map((row) => `(${columns.map((name) => cellText(row[name] ?? null)).join(', ')})`);
  await database.run(
    `INSERT INTO ${identifier(table)} (${columns.map(identifier).join(', ')}) VALUES ${values.join(', ')}`,
  );
  if (table === 'report_records' || table === 'meta_runs') await fillReferenceTables(database);
}

function cellText(cell: Cell): string {
  if (cell === null) return 'NULL';
  return typeof cell === 'string' ? literal(cell) : String(cell);
}

/** Rows of a query as lists of plain values: numbers, texts (also days), booleans, null. */
export async function select(database: Database, sql: string): Promise<Cell[][]> {
  return (await database.rows(sql)).map((row) => Object.values(row).map(plain));
}

export function plain(value: DuckDBValue): Cell {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Cell;
  return String(value);
}
