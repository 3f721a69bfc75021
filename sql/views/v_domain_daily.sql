-- Purpose: how each monitored domain fares day by day: volume, DMARC pass rate, the four outcomes, what receivers did.
-- Grain: a monitor and UTC day (monitor_id, report_date), every day of the calendar from the monitor's first record on.
-- Inputs: v_records, report_records, calendar, monitors, meta_runs, parameters.
-- Traps: quiet days are rows with volume 0 and a NULL rate, not gaps. Days that are not settled still grow; records
--   dated after as_of_date have days of their own. A replaced monitor has no days after its last record. Rates are
--   of the messages whose verdict is known. The rolling rate is summed passes over summed volume of 7 days, not an
--   average of rates.
SELECT
  rolling.monitor_id AS monitor_id,
  monitors.domain_name,
  rolling.report_date,
  rolling.report_day,
  (today.as_of_day - rolling.report_day) > limits.settled_after_days AS is_settled,
  rolling.volume,
  rolling.pass_volume,
  rolling.fail_volume,
  rolling.unknown_volume,
  CAST(rolling.pass_volume AS DOUBLE) / NULLIF(rolling.volume - rolling.unknown_volume, 0) AS pass_rate,
  CAST(rolling.spf_aligned_volume AS DOUBLE) / NULLIF(rolling.spf_told_volume, 0) AS spf_rate,
  CAST(rolling.dkim_aligned_volume AS DOUBLE) / NULLIF(rolling.dkim_told_volume, 0) AS dkim_rate,
  CAST(rolling.week_pass_volume AS DOUBLE) / NULLIF(rolling.week_volume - rolling.week_unknown_volume, 0)
    AS pass_rate_7d,
  rolling.both_volume,
  rolling.dkim_only_volume,
  rolling.spf_only_volume,
  rolling.unattributed_volume,
  rolling.quarantined_volume,
  rolling.rejected_volume,
  rolling.source_ips,
  rolling.reporters
FROM (
  SELECT
    daily.*,
    SUM(daily.pass_volume) OVER (
      PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) AS week_pass_volume,
    SUM(daily.volume) OVER (
      PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) AS week_volume,
    SUM(daily.unknown_volume) OVER (
      PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) AS week_unknown_volume
  FROM (
    SELECT
      days.monitor_id AS monitor_id,
      days.report_date,
      days.report_day AS report_day,
      CAST(COALESCE(SUM(r.volume), 0) AS BIGINT) AS volume,
      CAST(COALESCE(SUM(r.pass_volume), 0) AS BIGINT) AS pass_volume,
      CAST(COALESCE(SUM(r.fail_volume), 0) AS BIGINT) AS fail_volume,
      CAST(COALESCE(SUM(r.unknown_volume), 0) AS BIGINT) AS unknown_volume,
      SUM(r.spf_aligned_volume) AS spf_aligned_volume,
      SUM(CASE WHEN r.spf_aligned_volume IS NOT NULL THEN r.volume END) AS spf_told_volume,
      SUM(r.dkim_aligned_volume) AS dkim_aligned_volume,
      SUM(CASE WHEN r.dkim_aligned_volume IS NOT NULL THEN r.volume END) AS dkim_told_volume,
      CAST(COALESCE(SUM(r.both_volume), 0) AS BIGINT) AS both_volume,
      CAST(COALESCE(SUM(r.dkim_only_volume), 0) AS BIGINT) AS dkim_only_volume,
      CAST(COALESCE(SUM(r.spf_only_volume), 0) AS BIGINT) AS spf_only_volume,
      CAST(COALESCE(SUM(r.unattributed_volume), 0) AS BIGINT) AS unattributed_volume,
      CAST(COALESCE(SUM(CASE WHEN r.policy_action = 'quarantine' THEN r.volume END), 0) AS BIGINT)
        AS quarantined_volume,
      CAST(COALESCE(SUM(CASE WHEN r.policy_action = 'reject' THEN r.volume END), 0) AS BIGINT) AS rejected_volume,
      CAST(COUNT(DISTINCT r.ip_canonical) AS BIGINT) AS source_ips,
      CAST(COUNT(DISTINCT r.reporter) AS BIGINT) AS reporters
    FROM (
      SELECT firsts.monitor_id, calendar.day AS report_date, calendar.day_number AS report_day
      FROM (
        SELECT r.monitor_id AS monitor_id, MIN(r.report_day) AS first_day, MAX(CASE WHEN owners.replaced_by IS NOT NULL THEN r.report_day END) AS last_day
        FROM report_records r
        LEFT JOIN monitors owners ON owners.monitor_id = r.monitor_id
        WHERE r.withdrawn_date IS NULL
        GROUP BY r.monitor_id
      ) firsts
      CROSS JOIN calendar
      WHERE calendar.day_number >= firsts.first_day AND (firsts.last_day IS NULL OR calendar.day_number <= firsts.last_day)
    ) days
    LEFT JOIN v_records r ON r.monitor_id = days.monitor_id AND r.report_day = days.report_day
    GROUP BY days.monitor_id, days.report_date, days.report_day
  ) daily
) rolling
LEFT JOIN monitors ON monitors.monitor_id = rolling.monitor_id
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (SELECT MAX(value) AS settled_after_days FROM parameters WHERE name = 'settled_after_days') limits
