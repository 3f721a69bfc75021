import { aggregatedReports } from '../../contract/aggregated-reports.ts';
import { reportSources } from '../../contract/report-sources.ts';
import type { TableContract } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { keysEqual, literal } from '../sql-text.ts';
import { receivedName } from './received.ts';
import { countKept, findKnown, type ItemCounts, keepNewest, replaceChanged } from './settle.ts';

/** A listed monitor whose report answers 404, and never had one, has none yet: that is an empty listing (API: 404). */
const NEVER_HAD_ROWS = `stream <> 'monitors' AND NOT EXISTS (
        SELECT 1 FROM meta_snapshots p WHERE p.monitor_id = a.monitor_id AND p.stream = a.stream AND p.rows > 0)`;

/**
 * Makes the temporary table `complete_listings`: the listings of this journal that were read to their end, when their
 * last page was received, and the form and window of their requests.
 */
export async function findCompleteListings(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE complete_listings AS
    SELECT stream, monitor_id, form, window_from, window_to, _extracted_at AS as_of FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY stream, monitor_id ORDER BY _seq DESC) AS rank
      FROM staged_attempts a
      WHERE is_last AND stream <> 'report_records' AND (status IN (200, 204) OR (status = 404 AND ${NEVER_HAD_ROWS}))
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
  const summed = await sumTwice(database, table);
  const dropped = await keepNewest(database, table, {
    setAside: `s._seq NOT IN (
      SELECT a._seq FROM staged_attempts a JOIN complete_listings c ON c.stream = ${literal(stream)}
        AND a.stream = c.stream AND a.monitor_id = c.monitor_id
        AND a.window_from IS NOT DISTINCT FROM c.window_from AND a.window_to IS NOT DISTINCT FROM c.window_to)`,
  });
  await findKnown(database, table);
  await database.run(`
    DELETE FROM main.${table.name} o WHERE o.snapshot_date = DATE ${literal(day)} AND ${complete} = o.monitor_id)
      AND NOT EXISTS (SELECT 1 FROM ${receivedName(table)} s WHERE ${keysEqual(table.key, 's', 'o')})`);
  await replaceChanged(database, table);
  return { ...dropped, summed, ...(await countKept(database, table)) };
}

/** Columns of a listing that are added up, and those that are weighted by them. */
const SUMS: Readonly<Record<string, { readonly volume: string; readonly rates: readonly string[] }>> = {
  aggregated_reports: {
    volume: 'total_volume_as_of',
    rates: ['dmarc_pass_rate', 'spf_pass_rate', 'dkim_pass_rate'],
  },
  report_sources: { volume: 'reports_as_of', rates: [] },
};

/**
 * One address or reporter in two rows of one page is told in parts: the last of them gets the sum, the others go. Rows of
 * different pages can be the same one that moved, so there the last one counts. Returns how many went. A sum past the
 * largest BIGINT is that: data must never stop a load.
 */
async function sumTwice(database: Database, table: TableContract): Promise<bigint> {
  const { volume, rates } = SUMS[table.name] ?? { volume: '', rates: [] };
  const name = stagedName(table.name);
  const item = table.key.at(-1) ?? '';
  const rate = (column: string) => {
    const told = `FILTER (${volume} IS NOT NULL AND ${column} IS NOT NULL)`;
    return `SUM(${volume} * ${column} ORDER BY _item) ${told} / NULLIF(SUM(CAST(${volume} AS DOUBLE) ORDER BY _item) ${told}, 0)`;
  };
  await database.run(`
    CREATE OR REPLACE TEMP TABLE told_twice AS
    SELECT _seq, ${item}, MAX(_item) AS _item, CAST(LEAST(SUM(${volume}), 9223372036854775807) AS BIGINT) AS ${volume}
      ${rates.map((column) => `, ${rate(column)} AS ${column}`).join('')}
    FROM ${name} GROUP BY _seq, ${item} HAVING COUNT(*) > 1`);
  const sums = [volume, ...rates].map((column) => `${column} = d.${column}`).join(', ');
  await database.run(
    `UPDATE ${name} s SET ${sums} FROM told_twice d WHERE s._seq = d._seq AND s._item = d._item`,
  );
  return database.run(`
    DELETE FROM ${name} s USING told_twice d
    WHERE s._seq = d._seq AND s.${item} = d.${item} AND s._item <> d._item`);
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
