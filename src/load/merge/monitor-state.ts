import type { Database } from '../database.ts';
import { literal } from '../sql-text.ts';

/**
 * Updates what is known about how the API answers for each monitor: whether its aggregated report is cumulative, and
 * which form of each request worked. Runs after the snapshots were merged and before coverage is updated, since the
 * comparison is with what was known before this journal.
 */
export async function updateMonitorState(database: Database, run_id: string): Promise<void> {
  await database.run(`
    INSERT INTO meta_monitor_state (monitor_id, is_cumulative, aggregated_form, sources_form, last_listed_at)
    SELECT n.monitor_id, TRUE, 'plain', NULL, NULL FROM received_monitors n
    WHERE NOT EXISTS (SELECT 1 FROM meta_monitor_state s WHERE s.monitor_id = n.monitor_id)`);
  await database.run(`
    UPDATE meta_monitor_state s SET last_listed_at = c.as_of FROM complete_listings c, received_monitors n
    WHERE c.stream = 'monitors' AND s.monitor_id = n.monitor_id`);
  await database.run(`
    UPDATE meta_monitor_state s SET sources_form = c.form FROM complete_listings c
    WHERE c.stream = 'report_sources' AND s.monitor_id = c.monitor_id`);
  await judgeCumulative(database);
  await believeDetails(database, run_id);
}

/**
 * A complete listing that shows less volume for an IP than is stored, or lacks an IP that was listed before, proves
 * that the report covers a moving window; the monitor is windowed from then on. Only another form of the request that
 * covers what is stored makes it cumulative again (DESIGN: Deciding what to fetch).
 */
async function judgeCumulative(database: Database): Promise<void> {
  await database.run(`
    UPDATE meta_monitor_state s SET
      is_cumulative = j.covers
        AND (s.is_cumulative OR (j.form = 'early' AND s.aggregated_form IS DISTINCT FROM 'early')),
      aggregated_form = j.form
    FROM (
      SELECT c.monitor_id, c.form, NOT EXISTS (
        SELECT 1 FROM meta_coverage v
        LEFT JOIN received_aggregated_reports n ON n.monitor_id = v.monitor_id AND n.ip_address = v.ip_address
        WHERE v.monitor_id = c.monitor_id
          AND (n.ip_address IS NULL OR COALESCE(n.total_volume_as_of, v.detail_volume) < v.detail_volume)) AS covers
      FROM complete_listings c WHERE c.stream = 'aggregated_reports'
    ) j WHERE s.monitor_id = j.monitor_id`);
}

/**
 * Details that were asked for although their aggregated row was the same, and brought news, prove that an equal row
 * does not mean equal details: the monitor is windowed from then on. Its form is open again, so that the next run asks
 * once with an early date.
 */
async function believeDetails(database: Database, run_id: string): Promise<void> {
  await database.run(`
    UPDATE meta_monitor_state s SET
      is_cumulative = FALSE,
      aggregated_form = CASE WHEN s.aggregated_form = 'early' THEN 'early' END
    WHERE s.is_cumulative AND EXISTS (
      SELECT 1 FROM staged_attempts a
      JOIN meta_coverage v ON v.monitor_id = a.monitor_id AND v.ip_address = a.requested_ip AND v.fingerprint = a.fingerprint
      JOIN report_records r ON r.monitor_id = a.monitor_id AND r.requested_ip = a.requested_ip AND r._run_id = ${literal(run_id)}
      WHERE a.stream = 'report_records' AND a.status = 200 AND v.detail_as_of IS NOT NULL AND a.monitor_id = s.monitor_id)`);
}
