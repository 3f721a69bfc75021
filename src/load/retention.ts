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

/** First day that is kept as of `day` (ISO dates, inclusive); null = all days are. */
export async function firstDayKept(database: Database, day: string): Promise<string | null> {
  const days = await readRetention(database);
  return days === null ? null : formatISO(subDays(`${day}T12:00:00`, days), { representation: 'date' });
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
    await database.run(`DELETE FROM meta_quarantine WHERE run_id < ${literal(first.replaceAll('-', ''))}`);
    await database.run(`
      UPDATE meta_coverage v SET detail_volume = COALESCE((
        SELECT CAST(SUM(COALESCE(r.total_volume, 0)) AS BIGINT) FROM report_records r
        WHERE r.monitor_id = v.monitor_id AND r.requested_ip = v.ip_address), 0)`);
  });
}
