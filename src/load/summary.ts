import type { Coverage, DatasetSummary, RunAccount } from '../dataset-summary.ts';
import type { Database, Row } from './database.ts';

/** Runs that a summary names. */
const NEWEST_RUNS = 10;

const AS_OF = '(SELECT MAX(as_of_date) FROM meta_runs)';

/** An IP that is listed and can be asked for, and what is known of its details. */
const LISTED = `
  SELECT v.state, COALESCE(v.aggregated_volume, 0) AS volume,
    CAST(CAST(v.detail_as_of AS DATE) AS VARCHAR) AS detail_date,
    COALESCE(s.is_cumulative, TRUE) AS is_cumulative,
    v.state = 'current' AND p.snapshot_date = ${AS_OF}
      AND (COALESCE(s.is_cumulative, TRUE) OR v.detail_as_of >= CAST(p.snapshot_date AS TIMESTAMPTZ)) AS is_fresh
  FROM meta_coverage v
  LEFT JOIN meta_monitor_state s ON s.monitor_id = v.monitor_id
  LEFT JOIN (
    SELECT monitor_id, MAX(snapshot_date) AS snapshot_date FROM meta_snapshots
    WHERE stream = 'aggregated_reports' GROUP BY monitor_id
  ) p ON p.monitor_id = v.monitor_id
  WHERE v.state IN ('current', 'stale', 'never')`;

/** Sums up a database whose journals are all loaded. */
export async function readSummary(database: Database): Promise<DatasetSummary> {
  const [asOf] = await database.rows(`SELECT CAST(${AS_OF} AS VARCHAR) AS day`);
  return {
    as_of_date: (asOf?.day ?? null) as string | null,
    runs: await readRuns(database),
    coverage: await readCoverage(database),
    quota: await readQuota(database),
  };
}

async function readRuns(database: Database): Promise<RunAccount[]> {
  const rows = await database.rows(`
    SELECT run_id, epoch_ms(started_at) AS started_ms, epoch_ms(finished_at) AS finished_ms, status, stop_reason, mode,
      requests, inserted + changed AS news, quarantined
    FROM meta_runs ORDER BY run_number DESC LIMIT ${NEWEST_RUNS}`);
  return rows.map((row) => ({
    run_id: String(row.run_id),
    started_at: isoTime(row, 'started_ms'),
    finished_at: isoTime(row, 'finished_ms'),
    status: String(row.status),
    stop_reason: String(row.stop_reason),
    mode: String(row.mode),
    requests: count(row, 'requests'),
    news: count(row, 'news'),
    quarantined: count(row, 'quarantined'),
  }));
}

async function readCoverage(database: Database): Promise<Coverage> {
  const [monitors] = await database.rows(`
    SELECT COUNT(*) AS monitors, COUNT(p.monitor_id) AS listed FROM monitors m LEFT JOIN (
      SELECT DISTINCT monitor_id FROM meta_snapshots WHERE stream = 'aggregated_reports' AND snapshot_date = ${AS_OF}
    ) p ON p.monitor_id = m.monitor_id
    WHERE m.last_seen_date = ${AS_OF}`);
  const [ips] = await database.rows(`
    SELECT COUNT(*) AS ips, COUNT(*) FILTER (is_fresh) AS fresh,
      SUM(CAST(volume AS DOUBLE)) AS volume, SUM(CAST(volume AS DOUBLE)) FILTER (is_fresh) AS fresh_volume,
      COUNT(*) FILTER (state = 'never') AS never, COUNT(*) FILTER (state = 'stale') AS stale
    FROM (${LISTED})`);
  const windowed = await database.rows(`
    SELECT detail_date, COUNT(*) AS ips FROM (${LISTED})
    WHERE state = 'current' AND NOT is_cumulative GROUP BY detail_date ORDER BY detail_date`);
  return {
    monitors: count(monitors, 'monitors'),
    listed_monitors: count(monitors, 'listed'),
    ips: count(ips, 'ips'),
    fresh_ips: count(ips, 'fresh'),
    volume: count(ips, 'volume'),
    fresh_volume: count(ips, 'fresh_volume'),
    never: count(ips, 'never'),
    stale: count(ips, 'stale'),
    windowed: Object.fromEntries(windowed.map((row) => [String(row.detail_date), count(row, 'ips')])),
  };
}

async function readQuota(database: Database): Promise<DatasetSummary['quota']> {
  const [row] = await database.rows(`
    SELECT run_id, quota_after, epoch_ms(finished_at) AS finished_ms FROM meta_runs
    WHERE quota_after IS NOT NULL ORDER BY run_number DESC LIMIT 1`);
  if (row === undefined) return null;
  return { left: count(row, 'quota_after'), run_id: String(row.run_id), as_of: isoTime(row, 'finished_ms') };
}

/** Null, as of an empty sum, is none. */
function count(row: Row | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}

function isoTime(row: Row, name: string): string {
  return new Date(count(row, name)).toISOString();
}
