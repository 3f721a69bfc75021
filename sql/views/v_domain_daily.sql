-- Purpose: how each monitored domain fares day by day: volume, DMARC pass rate, the four outcomes, what receivers did.
-- Grain: a monitor and UTC day (monitor_id, report_date), every day from the monitor's first record to as_of_date.
-- Inputs: v_records, report_records, calendar, monitors, meta_runs, parameters.
-- Traps: quiet days are rows with volume 0 and a NULL rate, not gaps. Days that are not settled still grow.
--   The rolling rate is summed passes over summed volume of 7 days, not an average of rates.
SELECT
  daily.monitor_id AS monitor_id,
  monitors.domain_name,
  daily.report_date,
  daily.report_day,
  (today.as_of_day - daily.report_day) > limits.settled_after_days AS is_settled,
  daily.volume,
  daily.pass_volume,
  daily.fail_volume,
  CAST(daily.pass_volume AS DOUBLE) / NULLIF(daily.volume, 0) AS pass_rate,
  CAST(daily.spf_aligned_volume AS DOUBLE) / NULLIF(daily.volume, 0) AS spf_rate,
  CAST(daily.dkim_aligned_volume AS DOUBLE) / NULLIF(daily.volume, 0) AS dkim_rate,
  CAST(SUM(daily.pass_volume) OVER (
    PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ) AS DOUBLE) / NULLIF(SUM(daily.volume) OVER (
    PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ), 0) AS pass_rate_7d,
  daily.both_volume,
  daily.dkim_only_volume,
  daily.spf_only_volume,
  daily.quarantined_volume,
  daily.rejected_volume,
  daily.source_ips,
  daily.reporters
FROM (
  SELECT
    days.monitor_id AS monitor_id,
    days.report_date,
    days.report_day AS report_day,
    CAST(COALESCE(SUM(r.volume), 0) AS BIGINT) AS volume,
    CAST(COALESCE(SUM(r.pass_volume), 0) AS BIGINT) AS pass_volume,
    CAST(COALESCE(SUM(r.fail_volume), 0) AS BIGINT) AS fail_volume,
    CAST(COALESCE(SUM(r.spf_aligned_volume), 0) AS BIGINT) AS spf_aligned_volume,
    CAST(COALESCE(SUM(r.dkim_aligned_volume), 0) AS BIGINT) AS dkim_aligned_volume,
    CAST(COALESCE(SUM(r.both_volume), 0) AS BIGINT) AS both_volume,
    CAST(COALESCE(SUM(r.dkim_only_volume), 0) AS BIGINT) AS dkim_only_volume,
    CAST(COALESCE(SUM(r.spf_only_volume), 0) AS BIGINT) AS spf_only_volume,
    CAST(COALESCE(SUM(CASE WHEN r.policy_action = 'quarantine' THEN r.volume END), 0) AS BIGINT) AS quarantined_volume,
    CAST(COALESCE(SUM(CASE WHEN r.policy_action = 'reject' THEN r.volume END), 0) AS BIGINT) AS rejected_volume,
    CAST(COUNT(DISTINCT r.ip_canonical) AS BIGINT) AS source_ips,
    CAST(COUNT(DISTINCT r.reporter) AS BIGINT) AS reporters
  FROM (
    SELECT firsts.monitor_id, calendar.day AS report_date, calendar.day_number AS report_day
    FROM (SELECT monitor_id, MIN(report_day) AS first_day FROM report_records GROUP BY monitor_id) firsts
    CROSS JOIN calendar
    WHERE calendar.day_number >= firsts.first_day
  ) days
  LEFT JOIN v_records r ON r.monitor_id = days.monitor_id AND r.report_day = days.report_day
  GROUP BY days.monitor_id, days.report_date, days.report_day
) daily
LEFT JOIN monitors ON monitors.monitor_id = daily.monitor_id
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (
  SELECT MAX(CASE WHEN name = 'settled_after_days' THEN value END) AS settled_after_days FROM parameters
) limits
