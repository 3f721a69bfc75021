import { join } from 'node:path';
import type { Truth } from '../../src/sandbox/truth.ts';
import { SHAPES } from '../oracle/cell-type.ts';
import { comparable } from '../oracle/comparable.ts';
import { expectSameReadings, expectSameRows } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import type { Row, Tables } from '../oracle/row.ts';
import type { Account } from './night.ts';

/** What depends on which run brought a row first, and on the form of its request. */
const BY_RUN = ['_run_id', 'first_seen_date', 'snapshot_date', 'window_from'];

/**
 * Throws unless the published DuckDB file and its Parquet copy hold the truth of now, whatever runs led there: the
 * monitors, the newest aggregated report, every record that is visible or was ever served, with its newest values and
 * authentication results, and a coverage that calls every listed IP current.
 */
export async function expectTruth(account: Account): Promise<void> {
  const stored = await readDuckDb(join(account.current, 'dmarc.duckdb'));
  const { tables: parquet } = await readParquet(account.current);
  expectSameReadings(stored, parquet);
  const truth = truthByForm(account, stored.meta_monitor_state ?? []);
  const expectation = new Expectation();
  expectation.afterRun(withAllVisible(truth), { run_id: 'any', day: account.today });
  const expected = expectation.tables();
  const got = comparable(stored);
  for (const table of ['monitors', 'dmarc_policies', 'report_records', 'auth_results']) {
    expectSameRows(got[table] ?? [], expected[table] ?? [], keyOf(table), BY_RUN, table);
  }
  const listed = newestSnapshots(got, 'aggregated_reports');
  const key = keyOf('aggregated_reports').filter((column) => column !== 'snapshot_date');
  expectSameRows(listed, expected.aggregated_reports ?? [], key, BY_RUN, 'aggregated_reports');
  const still = (got.meta_coverage ?? []).filter(({ state }) => state !== 'gone');
  expectSameRows(still, expected.meta_coverage ?? [], keyOf('meta_coverage'), [], 'meta_coverage');
}

/** The truth of now; of a monitor that is asked with an early date, what a plain request would show without a window. */
function truthByForm({ sandbox, window }: Account, states: readonly Row[]): Truth {
  const plain = sandbox.truth();
  if (window === null) return plain;
  sandbox.configure({ window: null });
  const wide = sandbox.truth();
  sandbox.configure({ window });
  const isEarly = new Map(states.map((row) => [row.monitor_id, row.aggregated_form === 'early']));
  const choose = <T>(ofPlain: Record<string, T>, ofWide: Record<string, T>): Record<string, T> => ({
    ...ofPlain,
    ...Object.fromEntries(Object.entries(ofWide).filter(([id]) => isEarly.get(id))),
  });
  return {
    ...plain,
    aggregated_reports: choose(plain.aggregated_reports, wide.aggregated_reports),
    report_records: choose(plain.report_records, wide.report_records),
  };
}

/** The truth as if every record that is visible now had been served just now. */
function withAllVisible(truth: Truth): Truth {
  const records = structuredClone(truth.served.report_records);
  for (const [monitor, ips] of Object.entries(truth.report_records)) {
    const known = records[monitor] ?? {};
    records[monitor] = known;
    for (const [requested_ip, rows] of Object.entries(ips)) {
      for (const row of rows ?? []) known[idOf(row)] = { requested_ip, row };
    }
  }
  return { ...truth, served: { ...truth.served, report_records: records } };
}

/** `monitor/id` of every record that complete plain readings would show now. */
export function visibleRecords(truth: Truth): string[] {
  return Object.entries(truth.report_records).flatMap(([monitor, ips]) =>
    Object.values(ips).flatMap((rows) => (rows ?? []).map((row) => `${monitor}/${idOf(row)}`)),
  );
}

/** `monitor/id` of every record whose answer was sent whole. */
export function servedRecords(truth: Truth): string[] {
  return Object.entries(truth.served.report_records).flatMap(([monitor, records]) =>
    Object.keys(records).map((id) => `${monitor}/${id}`),
  );
}

/** `monitor/id` of every stored record. */
export async function storedRecords(account: Account): Promise<Set<string>> {
  const { report_records = [] } = await readDuckDb(join(account.current, 'dmarc.duckdb'));
  return new Set(report_records.map(({ monitor_id, record_id }) => `${monitor_id}/${record_id}`));
}

function idOf(row: unknown): string {
  return String((row as { id: unknown }).id);
}

function keyOf(table: string): readonly string[] {
  return SHAPES.find(({ name }) => name === table)?.key ?? [];
}

/** The rows of each monitor's newest snapshot. */
function newestSnapshots(tables: Tables, table: string): Row[] {
  const rows = tables[table] ?? [];
  const newest = new Map<unknown, string>();
  for (const { monitor_id, snapshot_date } of rows) {
    const day = String(snapshot_date);
    if (day > (newest.get(monitor_id) ?? '')) newest.set(monitor_id, day);
  }
  return rows.filter(({ monitor_id, snapshot_date }) => newest.get(monitor_id) === String(snapshot_date));
}
