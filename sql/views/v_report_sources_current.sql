-- Purpose: who sent reports about each monitor and how many, as of its newest complete listing.
-- Grain: a reporter's name in a monitor's newest snapshot (monitor_id, report_source).
-- Inputs: report_sources, meta_snapshots, monitors.
-- Traps: `reports` counts report files, not messages, in the API's window as of snapshot_date. Two spellings of a
--   name are two rows with one `reporter`. A monitor whose newest snapshot was empty, or that is replaced, has
--   no rows.
SELECT
  listed.monitor_id AS monitor_id,
  monitors.domain_name,
  listed.snapshot_date AS snapshot_date,
  listed.report_source,
  COALESCE(
    NULLIF(translate(TRIM(listed.report_source), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), ''),
    '(unknown)'
  ) AS reporter,
  CAST(COALESCE(listed.reports_as_of, 0) AS BIGINT) AS reports,
  listed.window_from,
  listed.window_to
FROM report_sources listed
JOIN (
  SELECT monitor_id, MAX(snapshot_date) AS snapshot_date
  FROM meta_snapshots
  WHERE stream = 'report_sources'
  GROUP BY monitor_id
) newest ON newest.monitor_id = listed.monitor_id AND newest.snapshot_date = listed.snapshot_date
LEFT JOIN monitors ON monitors.monitor_id = listed.monitor_id
WHERE monitors.replaced_by IS NULL
