-- Purpose: who reports about each domain, how much, and who fell silent.
-- Grain: a monitor and reporter (monitor_id, reporter).
-- Inputs: v_records, v_report_sources_current, monitors, meta_runs, parameters.
-- Traps: `reports` counts report files in the API's window, `records` and `volume` what the details hold: neither
--   follows from the other. A fall of a domain's volume may be a reporter that fell silent. Names are free text, of
--   which only case and outer blanks are evened out.
SELECT
  told.monitor_id AS monitor_id,
  monitors.domain_name,
  told.reporter,
  told.reports,
  told.records,
  told.volume,
  told.pass_volume,
  told.fail_volume,
  told.unknown_volume,
  CAST(told.pass_volume AS DOUBLE) / NULLIF(told.volume - told.unknown_volume, 0) AS pass_rate,
  told.source_ips,
  told.first_date,
  told.last_date,
  today.as_of_day - told.last_day AS days_silent,
  COALESCE(today.as_of_day - told.last_day >= limits.silent_days, FALSE) AS is_silent
FROM (
  SELECT
    parts.monitor_id,
    parts.reporter,
    CAST(SUM(parts.reports) AS BIGINT) AS reports,
    CAST(SUM(parts.records) AS BIGINT) AS records,
    CAST(SUM(parts.volume) AS BIGINT) AS volume,
    CAST(SUM(parts.pass_volume) AS BIGINT) AS pass_volume,
    CAST(SUM(parts.fail_volume) AS BIGINT) AS fail_volume,
    CAST(SUM(parts.unknown_volume) AS BIGINT) AS unknown_volume,
    CAST(SUM(parts.source_ips) AS BIGINT) AS source_ips,
    MIN(parts.first_date) AS first_date,
    MAX(parts.last_date) AS last_date,
    MAX(parts.last_day) AS last_day
  FROM (
    SELECT
      r.monitor_id, r.reporter, CAST(NULL AS BIGINT) AS reports, COUNT(*) AS records, SUM(r.volume) AS volume,
      SUM(r.pass_volume) AS pass_volume, SUM(r.fail_volume) AS fail_volume, SUM(r.unknown_volume) AS unknown_volume,
      COUNT(DISTINCT r.ip_canonical) AS source_ips, MIN(r.report_date) AS first_date,
      MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_date END) AS last_date,
      MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_day END) AS last_day
    FROM v_records r
    CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    GROUP BY r.monitor_id, r.reporter
    UNION ALL
    SELECT
      listed.monitor_id, listed.reporter, SUM(listed.reports) AS reports, 0 AS records, 0 AS volume,
      0 AS pass_volume, 0 AS fail_volume, 0 AS unknown_volume, 0 AS source_ips, CAST(NULL AS DATE) AS first_date,
      CAST(NULL AS DATE) AS last_date, CAST(NULL AS INTEGER) AS last_day
    FROM v_report_sources_current listed
    GROUP BY listed.monitor_id, listed.reporter
  ) parts
  GROUP BY parts.monitor_id, parts.reporter
) told
LEFT JOIN monitors ON monitors.monitor_id = told.monitor_id
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (SELECT MAX(CASE WHEN name = 'reporter_silent_days' THEN value END) AS silent_days FROM parameters) limits
