import type { JournalHeader } from '../../journal/line.ts';
import type { Database } from '../database.ts';
import { literal } from '../sql-text.ts';

/** Columns that hold times of receipt, and days of runs, by table: what a clock that was ahead has made too late. */
const TIMES: Readonly<Record<string, readonly string[]>> = {
  monitors: ['_extracted_at'],
  monitor_history: ['_extracted_at'],
  dmarc_policies: ['_extracted_at'],
  aggregated_reports: ['_extracted_at'],
  report_records: ['_extracted_at'],
  auth_results: ['_extracted_at'],
  report_sources: ['_extracted_at'],
  meta_snapshots: ['as_of'],
  meta_monitor_state: ['last_listed_at'],
  meta_coverage: ['detail_as_of', 'listed_at'],
};
const DAYS: Readonly<Record<string, readonly string[]>> = {
  monitors: ['first_seen_date', 'last_seen_date'],
  report_records: ['withdrawn_date'],
  meta_runs: ['as_of_date'],
};
const SNAPSHOTS = ['aggregated_reports', 'report_sources'] as const;

/**
 * A run is never later than the one after it. Where a run with a confirmed clock finds times of earlier runs that are
 * still to come, a clock was ahead then: they become the start of this run, and the dataset has no future.
 * `meta_runs.started_at` and `finished_at` stay as that clock told them.
 */
export async function correctLaterTimes(
  database: Database,
  { started_at, time_source = 'own' }: JournalHeader,
): Promise<void> {
  if (time_source === 'own') return;
  const start = `CAST(${literal(started_at)} AS TIMESTAMPTZ)`;
  const day = `DATE ${literal(started_at.slice(0, 10))}`;
  const [ahead] = await database.rows(`SELECT 1 FROM meta_runs WHERE finished_at > ${start} LIMIT 1`);
  if (ahead === undefined) return;
  for (const [columns, latest] of [
    [TIMES, start],
    [DAYS, day],
  ] as const)
    for (const [table, names] of Object.entries(columns))
      for (const name of names)
        await database.run(`UPDATE ${table} SET ${name} = ${latest} WHERE ${name} > ${latest}`);
  await database.run(
    `UPDATE meta_runs SET as_of_day = CAST(as_of_date - DATE '1970-01-01' AS INTEGER) WHERE as_of_day > CAST(${day} - DATE '1970-01-01' AS INTEGER)`,
  );
  await correctHistory(database, start, day);
  await correctSnapshots(database, day);
}

/** Versions keep their order: of several that a clock made too late, each ends where the next begins, a microsecond apart. */
async function correctHistory(database: Database, start: string, day: string): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE corrected_history AS
    SELECT monitor_id, valid_from, LEAST(valid_from, ${start} - to_microseconds(
      ROW_NUMBER() OVER (PARTITION BY monitor_id ORDER BY valid_from DESC))) AS begins
    FROM monitor_history WHERE valid_from > ${start}`);
  await database.run(`
    UPDATE monitor_history h SET valid_to = LEAST(h.valid_to, COALESCE((
      SELECT c.begins FROM corrected_history c WHERE c.monitor_id = h.monitor_id AND c.valid_from = h.valid_to
    ), ${start})) WHERE h.valid_to > ${start}`);
  await database.run(`
    UPDATE monitor_history h SET valid_from = c.begins FROM corrected_history c
    WHERE c.monitor_id = h.monitor_id AND c.valid_from = h.valid_from`);
  for (const name of ['valid_from_date', 'valid_to_date'])
    await database.run(`UPDATE monitor_history SET ${name} = ${day} WHERE ${name} > ${day}`);
}

/** The newest of the snapshots that a clock dated too late becomes that of the day, unless the day has one already. */
async function correctSnapshots(database: Database, day: string): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE later_snapshots AS
    SELECT monitor_id, stream, snapshot_date,
      ROW_NUMBER() OVER (PARTITION BY monitor_id, stream ORDER BY snapshot_date DESC) = 1 AND NOT EXISTS (
        SELECT 1 FROM meta_snapshots d
        WHERE d.monitor_id = p.monitor_id AND d.stream = p.stream AND d.snapshot_date = ${day}) AS is_kept
    FROM meta_snapshots p WHERE snapshot_date > ${day}`);
  for (const table of ['meta_snapshots', ...SNAPSHOTS]) {
    const of = (alias: string) =>
      `${alias}.monitor_id = l.monitor_id AND ${alias}.snapshot_date = l.snapshot_date
        AND l.stream = ${table === 'meta_snapshots' ? `${alias}.stream` : literal(table)}`;
    await database.run(`DELETE FROM ${table} o USING later_snapshots l WHERE ${of('o')} AND NOT l.is_kept`);
    await database.run(
      `UPDATE ${table} o SET snapshot_date = ${day} FROM later_snapshots l WHERE ${of('o')}`,
    );
  }
}
