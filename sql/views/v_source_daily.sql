-- Purpose: what each source IP sent each day and how it fared, by reporter: the drill-down.
-- Grain: a monitor, source IP, UTC day and reporter (monitor_id, ip_canonical, report_date, reporter).
-- Inputs: monitors, v_records.
-- Traps: days without a record have no row. Days that are not settled still grow. overridden_volume is what
--   receivers gave a reason for not applying the policy to, whatever the outcome.
SELECT
  sums.monitor_id AS monitor_id,
  monitors.domain_name,
  sums.ip_canonical,
  sums.report_date,
  sums.report_day,
  sums.reporter,
  sums.is_settled,
  sums.source_domain,
  sums.volume,
  sums.pass_volume,
  sums.volume - sums.pass_volume - sums.unknown_volume AS fail_volume,
  sums.unknown_volume,
  CAST(sums.pass_volume AS DOUBLE) / NULLIF(sums.volume - sums.unknown_volume, 0) AS pass_rate,
  sums.pass_volume - sums.dkim_only_volume - sums.spf_only_volume - sums.unattributed_volume AS both_volume,
  sums.dkim_only_volume,
  sums.spf_only_volume,
  sums.unattributed_volume,
  sums.quarantined_volume,
  sums.rejected_volume,
  sums.overridden_volume,
  sums.records
FROM (
  SELECT
    r.monitor_id,
    r.ip_canonical,
    r.report_date,
    MAX(r.report_day) AS report_day,
    r.reporter,
    MIN(CASE WHEN r.is_settled THEN 1 ELSE 0 END) = 1 AS is_settled,
    MAX(r.source_domain) AS source_domain,
    CAST(SUM(r.volume) AS BIGINT) AS volume,
    CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
    CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
    CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
    CAST(SUM(r.spf_only_volume) AS BIGINT) AS spf_only_volume,
    CAST(SUM(r.unattributed_volume) AS BIGINT) AS unattributed_volume,
    CAST(SUM(CASE WHEN r.policy_action = 'quarantine' THEN r.volume ELSE 0 END) AS BIGINT) AS quarantined_volume,
    CAST(SUM(CASE WHEN r.policy_action = 'reject' THEN r.volume ELSE 0 END) AS BIGINT) AS rejected_volume,
    CAST(SUM(CASE WHEN r.override_reason IS NOT NULL THEN r.volume ELSE 0 END) AS BIGINT) AS overridden_volume,
    CAST(COUNT(*) AS BIGINT) AS records
  FROM v_records r
  GROUP BY r.monitor_id, r.ip_canonical, r.report_date, r.reporter
) sums
LEFT JOIN monitors ON monitors.monitor_id = sums.monitor_id
