-- Purpose: who sends as each domain and whether it passes: every source IP with its volume, outcomes and class.
-- Grain: a monitor and source IP (monitor_id, ip_canonical).
-- Inputs: v_records, v_source_class, monitors, meta_runs, parameters.
-- Traps: all records ever; recent_* cover the last window_days up to today. volume_share is of the monitor's volume.
--   Domain and country of a source change: of several, the last by alphabet is shown. `class` is a guess. One host
--   with IPv4 and IPv6 is two sources.
SELECT
  sums.monitor_id AS monitor_id,
  monitors.domain_name,
  sums.ip_canonical AS ip_canonical,
  sums.ip_version,
  sums.ip_network,
  sums.ip_scope,
  sums.source_domain,
  sums.country_code,
  COALESCE(classes.is_favorite, FALSE) AS is_favorite,
  COALESCE(classes.class, 'no_messages') AS class,
  COALESCE(classes.confidence, 'low') AS confidence,
  COALESCE(classes.is_known, FALSE) AS is_known,
  sums.volume,
  CAST(sums.volume AS DOUBLE) / NULLIF(sums.monitor_volume, 0) AS volume_share,
  sums.pass_volume,
  sums.fail_volume,
  sums.unknown_volume,
  CAST(sums.pass_volume AS DOUBLE) / NULLIF(sums.volume - sums.unknown_volume, 0) AS pass_rate,
  sums.both_volume,
  sums.dkim_only_volume,
  sums.spf_only_volume,
  sums.unattributed_volume,
  sums.quarantined_volume,
  sums.rejected_volume,
  sums.overridden_volume,
  sums.recent_volume,
  sums.recent_fail_volume,
  sums.first_date,
  sums.last_date,
  sums.days_active,
  sums.reporters
FROM (
  SELECT
    grouped.*,
    SUM(grouped.volume) OVER (PARTITION BY grouped.monitor_id) AS monitor_volume
  FROM (
    SELECT
      r.monitor_id,
      r.ip_canonical,
      MAX(r.ip_version) AS ip_version,
      MAX(r.ip_network) AS ip_network,
      MAX(r.ip_scope) AS ip_scope,
      MAX(r.source_domain) AS source_domain,
      MAX(r.country_code) AS country_code,
      CAST(SUM(r.volume) AS BIGINT) AS volume,
      CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
      CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume,
      CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
      CAST(SUM(r.both_volume) AS BIGINT) AS both_volume,
      CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
      CAST(SUM(r.spf_only_volume) AS BIGINT) AS spf_only_volume,
      CAST(SUM(r.unattributed_volume) AS BIGINT) AS unattributed_volume,
      CAST(SUM(CASE WHEN r.policy_action = 'quarantine' THEN r.volume ELSE 0 END) AS BIGINT) AS quarantined_volume,
      CAST(SUM(CASE WHEN r.policy_action = 'reject' THEN r.volume ELSE 0 END) AS BIGINT) AS rejected_volume,
      CAST(SUM(CASE WHEN r.override_reason IS NOT NULL THEN r.volume ELSE 0 END) AS BIGINT) AS overridden_volume,
      CAST(SUM(CASE
        WHEN r.report_day > today.as_of_day - limits.window_days AND r.report_day <= today.as_of_day
          THEN r.volume ELSE 0
      END) AS BIGINT) AS recent_volume,
      CAST(SUM(CASE
        WHEN r.report_day > today.as_of_day - limits.window_days AND r.report_day <= today.as_of_day
          THEN r.fail_volume ELSE 0
      END) AS BIGINT) AS recent_fail_volume,
      MIN(r.report_date) AS first_date,
      MAX(r.report_date) AS last_date,
      CAST(COUNT(DISTINCT r.report_day) AS BIGINT) AS days_active,
      CAST(COUNT(DISTINCT r.reporter) AS BIGINT) AS reporters
    FROM v_records r
    CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    CROSS JOIN (SELECT MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days FROM parameters) limits
    GROUP BY r.monitor_id, r.ip_canonical
  ) grouped
) sums
LEFT JOIN (
  SELECT monitor_id, ip_canonical, is_favorite, class, confidence, is_known FROM v_source_class
) classes
  ON classes.monitor_id = sums.monitor_id AND classes.ip_canonical = sums.ip_canonical
LEFT JOIN monitors ON monitors.monitor_id = sums.monitor_id
