import type { Database } from '../database.ts';
import { literal } from '../sql-text.ts';

/** A window of days that moves is never shorter: what is younger and no longer served was taken back. */
const SHORTEST_WINDOW_DAYS = 3;

/**
 * Makes the temporary table `read_ips`: what of each address came in this journal, the newest of a record. Runs while
 * the staged rows are still whole.
 */
export async function sumRead(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE read_ips AS
    SELECT monitor_id, requested_ip, COUNT(*) AS records, MIN(report_date) AS first_date,
      CAST(LEAST(SUM(COALESCE(total_volume, 0)), 9223372036854775807) AS BIGINT) AS volume
    FROM received_report_records GROUP BY monitor_id, requested_ip`);
}

/**
 * Marks the records that the API took back. Details that were read to their end and have the volume that the listing
 * tells are all there is: a stored record that is not among them is no longer served, though its day is. One that is
 * older than all that is served may only have left a window that moves. Records that are served again lose the mark.
 * Runs after the records were merged and the listings are in `meta_coverage`.
 */
export async function markWithdrawn(database: Database, run_id: string, day: string): Promise<void> {
  await database.run(`
    UPDATE report_records r SET withdrawn_date = NULL FROM known_report_records k
    WHERE r.withdrawn_date IS NOT NULL AND r.monitor_id = k.monitor_id AND r.record_id = k.record_id`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE whole_ips AS
    SELECT i.monitor_id, i.requested_ip, i.records, LEAST(
      MIN(i.first_date) OVER (PARTITION BY i.monitor_id), DATE ${literal(day)} - ${SHORTEST_WINDOW_DAYS}) AS first_date
    FROM read_ips i
    JOIN completed d ON d.monitor_id = i.monitor_id AND d.requested_ip = i.requested_ip AND d.status = 200
    JOIN listed l ON l.monitor_id = i.monitor_id AND l.ip_address = i.requested_ip
    WHERE i.volume = l.total_volume_as_of`);
  await database.run(`
    UPDATE report_records r SET withdrawn_date = DATE ${literal(day)} FROM whole_ips w
    WHERE r.monitor_id = w.monitor_id AND r.requested_ip = w.requested_ip AND r.withdrawn_date IS NULL
      AND r._run_id <> ${literal(run_id)} AND r.report_date >= w.first_date AND r.total_volume > 0
      AND NOT EXISTS (
        SELECT 1 FROM known_report_records k WHERE k.monitor_id = r.monitor_id AND k.record_id = r.record_id)`);
}
