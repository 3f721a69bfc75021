-- Purpose: how fresh the data of each monitor is: last listing, last record, and how many sources have details.
-- Grain: a monitor (monitor_id), also a replaced one.
-- Inputs: monitors, v_records, meta_runs, meta_snapshots, meta_coverage, parameters.
-- Traps: as_of_date is the newest listing of the account: if it is not today or yesterday by your clock, the export
--   itself stands still, which no view can see. Reports of a day arrive up to settled_after_days later: trends are safe
--   up to newest_settled_date. Records dated after as_of_date do not count as last record.
SELECT
  monitors.monitor_id AS monitor_id,
  monitors.domain_name,
  monitors.is_active,
  monitors.replaced_by,
  today.as_of_date,
  runs.status AS last_run_status,
  monitors.last_seen_date,
  snapshots.aggregated_snapshot_date,
  snapshots.sources_snapshot_date,
  COALESCE(
    snapshots.aggregated_snapshot_date < today.as_of_date - CAST(limits.stale_days AS INTEGER), TRUE
  ) AS is_stale,
  records.first_record_date,
  records.last_record_date,
  today.as_of_day - records.last_record_day AS days_since_last_record,
  today.as_of_date - CAST(limits.settled_days AS INTEGER) - 1 AS newest_settled_date,
  COALESCE(records.volume, 0) AS volume,
  COALESCE(coverage.listed_ips, 0) AS listed_ips,
  COALESCE(coverage.current_ips, 0) AS current_ips,
  COALESCE(coverage.waiting_ips, 0) AS waiting_ips,
  COALESCE(coverage.gone_ips, 0) AS gone_ips
FROM monitors
LEFT JOIN (
  SELECT
    monitor_id,
    MAX(CASE WHEN stream = 'aggregated_reports' THEN snapshot_date END) AS aggregated_snapshot_date,
    MAX(CASE WHEN stream = 'report_sources' THEN snapshot_date END) AS sources_snapshot_date
  FROM meta_snapshots
  GROUP BY monitor_id
) snapshots ON snapshots.monitor_id = monitors.monitor_id
LEFT JOIN (
  SELECT
    r.monitor_id,
    CAST(SUM(r.volume) AS BIGINT) AS volume,
    MIN(r.report_date) AS first_record_date,
    MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_date END) AS last_record_date,
    MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_day END) AS last_record_day
  FROM v_records r
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  GROUP BY r.monitor_id
) records ON records.monitor_id = monitors.monitor_id
LEFT JOIN (
  SELECT
    monitor_id,
    CAST(COUNT(*) AS BIGINT) AS listed_ips,
    CAST(SUM(CASE WHEN state = 'current' THEN 1 ELSE 0 END) AS BIGINT) AS current_ips,
    CAST(SUM(CASE WHEN state IN ('stale', 'never') THEN 1 ELSE 0 END) AS BIGINT) AS waiting_ips,
    CAST(SUM(CASE WHEN state IN ('gone', 'unaskable') THEN 1 ELSE 0 END) AS BIGINT) AS gone_ips
  FROM meta_coverage
  GROUP BY monitor_id
) coverage ON coverage.monitor_id = monitors.monitor_id
CROSS JOIN (SELECT MAX(as_of_date) AS as_of_date, MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (
  SELECT MAX(CASE WHEN ranked.position = 1 THEN ranked.status END) AS status
  FROM (
    SELECT status, ROW_NUMBER() OVER (ORDER BY COALESCE(run_number, 0) DESC, run_id DESC) AS position
    FROM meta_runs
  ) ranked
) runs
CROSS JOIN (
  SELECT
    MAX(CASE WHEN name = 'stale_after_days' THEN value END) AS stale_days,
    MAX(CASE WHEN name = 'settled_after_days' THEN value END) AS settled_days
  FROM parameters
) limits
