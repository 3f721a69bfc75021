import { formatISO } from 'date-fns/formatISO';
import { subDays } from 'date-fns/subDays';
import type { Database } from './database.ts';
import { literal } from './sql-text.ts';

/** Name of the parameter that says how many days are kept; 0 = all. */
export const RETAIN_DAYS = 'retain_days';

const DESCRIPTION =
  'Days of records and snapshots that are kept; older answers are ignored; 0 = everything is kept';

/** Says how many whole days the dataset keeps; null = all. */
export async function setRetention(database: Database, days: number | null): Promise<void> {
  await database.run(`DELETE FROM parameters WHERE name = ${literal(RETAIN_DAYS)}`);
  await database.run(
    `INSERT INTO parameters (name, value, description)
     VALUES (${literal(RETAIN_DAYS)}, ${days ?? 0}, ${literal(DESCRIPTION)})`,
  );
}

/** How many whole days the dataset keeps; null = all. */
export async function readRetention(database: Database): Promise<number | null> {
  const [row] = await database.rows(`SELECT value FROM parameters WHERE name = ${literal(RETAIN_DAYS)}`);
  return Number(row?.value ?? 0) || null;
}

/** What of the dataset may go by age in a run. */
export interface RetentionRequest {
  /** Whole days that the operator wants kept; null = all. */
  readonly days: number | null;
  /** ISO day of the run. */
  readonly today: string;
  /** Whether the operator said that nearly everything may go. */
  readonly allowPurge: boolean;
}

/** A purge of a larger share of the records than this looks like a clock that is wrong. */
const LARGEST_PURGE = 0.9;

/**
 * Why so few days must not be kept: at once, more than nine tenths of the records that are stored would go. Null if
 * they may go.
 */
export async function refusePurge(
  database: Database,
  { days, today, allowPurge }: RetentionRequest,
): Promise<string | null> {
  if (days === null || allowPurge) return null;
  const first = firstOf(today, days);
  const [row] = await database.rows(
    `SELECT COUNT(*) AS records, COUNT(*) FILTER (report_date < DATE ${literal(first)}) AS older FROM report_records`,
  );
  const [records, older] = [Number(row?.records), Number(row?.older)];
  if (older <= LARGEST_PURGE * records) return null;
  return `--retain-days ${days} would remove ${older} of ${records} records at once, all from before ${first}: this run removes nothing. Check the clock and the number of days; if they are right, run once with --allow-purge.`;
}

/** First day that is kept as of `day` (ISO dates, inclusive); null = all days are. */
export async function firstDayKept(database: Database, day: string): Promise<string | null> {
  const days = await readRetention(database);
  return days === null ? null : firstOf(day, days);
}

function firstOf(day: string, days: number): string {
  return formatISO(subDays(`${day}T12:00:00`, days), { representation: 'date' });
}

/**
 * Removes what is older than the days that the dataset keeps as of `day`: records with their auth results, snapshots,
 * and what was quarantined then. Journals are removed after the publish.
 */
export async function removeOlder(database: Database, day: string): Promise<void> {
  const first = await firstDayKept(database, day);
  if (first === null) return;
  const kept = `DATE ${literal(first)}`;
  await database.transaction(async () => {
    for (const table of ['report_records', 'auth_results']) {
      await database.run(`DELETE FROM ${table} WHERE report_date < ${kept}`);
    }
    for (const table of ['aggregated_reports', 'report_sources', 'meta_snapshots']) {
      await database.run(`DELETE FROM ${table} WHERE snapshot_date < ${kept}`);
    }
    await database.run(`
      DELETE FROM meta_quarantine WHERE run_id IN (SELECT run_id FROM meta_runs WHERE started_at < CAST(${kept} AS TIMESTAMPTZ))`);
    await database.run(`
      UPDATE meta_coverage v SET detail_volume = COALESCE((
        SELECT CAST(SUM(COALESCE(r.total_volume, 0)) AS BIGINT) FROM report_records r
        WHERE r.monitor_id = v.monitor_id AND r.requested_ip = v.ip_address AND r.withdrawn_date IS NULL), 0)`);
  });
}
