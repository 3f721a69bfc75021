import { aggregatedReports } from '../../contract/aggregated-reports.ts';
import { reportSources } from '../../contract/report-sources.ts';
import type { TableContract } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { keysEqual, literal } from '../sql-text.ts';
import { receivedName } from './received.ts';
import { countKept, findKnown, type ItemCounts, keepNewest, replaceChanged } from './settle.ts';

/**
 * Makes the temporary table `complete_listings`: the listings of this journal that were read to their end, when their
 * last page was received, and the form and window of their requests.
 */
export async function findCompleteListings(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE complete_listings AS
    SELECT stream, monitor_id, form, window_from, window_to, _extracted_at AS as_of FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY stream, monitor_id ORDER BY _seq DESC) AS rank
      FROM staged_attempts WHERE is_last AND status = 200 AND stream <> 'report_records'
    ) WHERE rank = 1`);
}

/** Merges the complete aggregated listings as snapshots of `day` (ISO date); incomplete ones are set aside. */
export function mergeAggregatedReports(database: Database, day: string): Promise<ItemCounts> {
  return mergeSnapshots(database, aggregatedReports, 'aggregated_reports', day);
}

/** The same for report sources. */
export function mergeReportSources(database: Database, day: string): Promise<ItemCounts> {
  return mergeSnapshots(database, reportSources, 'report_sources', day);
}

/**
 * A snapshot replaces the one of the same monitor and day as a whole; its rows that are the same stay as they are. Rows
 * of another form of the request that was asked in vain do not belong to it.
 */
async function mergeSnapshots(
  database: Database,
  table: TableContract,
  stream: 'aggregated_reports' | 'report_sources',
  day: string,
): Promise<ItemCounts> {
  const complete = `EXISTS (SELECT 1 FROM complete_listings c WHERE c.stream = ${literal(stream)} AND c.monitor_id`;
  const dropped = await keepNewest(
    database,
    table,
    `s._seq NOT IN (
      SELECT a._seq FROM staged_attempts a JOIN complete_listings c ON c.stream = ${literal(stream)}
        AND a.stream = c.stream AND a.monitor_id = c.monitor_id
        AND a.window_from IS NOT DISTINCT FROM c.window_from AND a.window_to IS NOT DISTINCT FROM c.window_to)`,
  );
  await findKnown(database, table);
  await database.run(`
    DELETE FROM main.${table.name} o WHERE o.snapshot_date = DATE ${literal(day)} AND ${complete} = o.monitor_id)
      AND NOT EXISTS (SELECT 1 FROM ${receivedName(table)} s WHERE ${keysEqual(table.key, 's', 'o')})`);
  await replaceChanged(database, table);
  return { ...dropped, ...(await countKept(database, table)) };
}

/** Records which listings of `day` are complete, also empty ones. */
export async function recordSnapshots(database: Database, day: string): Promise<void> {
  const date = `DATE ${literal(day)}`;
  await database.run(`
    DELETE FROM meta_snapshots o USING complete_listings c
    WHERE o.stream = c.stream AND o.monitor_id = c.monitor_id AND o.snapshot_date = ${date}`);
  await database.run(`
    INSERT INTO meta_snapshots (monitor_id, stream, snapshot_date, as_of, rows, window_from, window_to)
    SELECT c.monitor_id, c.stream, ${date}, c.as_of, CASE c.stream
        WHEN 'monitors' THEN (SELECT COUNT(*) FROM received_monitors)
        WHEN 'aggregated_reports' THEN (SELECT COUNT(*) FROM received_aggregated_reports s WHERE s.monitor_id = c.monitor_id)
        ELSE (SELECT COUNT(*) FROM received_report_sources s WHERE s.monitor_id = c.monitor_id) END,
      c.window_from, c.window_to
    FROM complete_listings c`);
}
