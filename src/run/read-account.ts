import type { Database, Row } from '../load/database.ts';
import { literal } from '../load/sql-text.ts';
import type { RunSummary } from '../run-summary.ts';

/** The part of a summary that `meta_runs` tells. */
export type RunAccount = Omit<
  RunSummary,
  'out' | 'version_dir' | 'rows' | 'files' | 'failed_checks' | 'warnings'
>;

/** Reads the account of a run that is loaded. */
export async function readAccount(database: Database, run_id: string): Promise<RunAccount> {
  const [row] = await database.rows(
    `SELECT * EXCLUDE (started_at, finished_at, as_of_date), CAST(as_of_date AS VARCHAR) AS as_of_date,
       epoch_ms(started_at) AS started_ms, epoch_ms(finished_at) AS finished_ms
     FROM meta_runs WHERE run_id = ${literal(run_id)}`,
  );
  if (row === undefined) throw new TypeError(`run ${run_id} is not loaded`);
  const count = (name: string) => Number(row[name] ?? 0);
  return {
    run_id,
    status: row.status as RunSummary['status'],
    stop_reason: row.stop_reason as RunSummary['stop_reason'],
    started_at: new Date(count('started_ms')).toISOString(),
    finished_at: new Date(count('finished_ms')).toISOString(),
    as_of_date: row.as_of_date as string | null,
    requests: count('requests'),
    retries: count('retries'),
    rate_limited: count('rate_limited'),
    waited_ms: count('waited_ms'),
    quota_before: optionalNumber(row, 'quota_before'),
    quota_after: optionalNumber(row, 'quota_after'),
    bytes: count('bytes'),
    items: {
      inserted: count('inserted'),
      changed: count('changed'),
      identical: count('identical'),
      superseded: count('superseded'),
      set_aside: count('set_aside'),
      quarantined: count('quarantined'),
    },
  };
}

function optionalNumber(row: Row, name: string): number | null {
  const value = row[name];
  return value === null || value === undefined ? null : Number(value);
}
