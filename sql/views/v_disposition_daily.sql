-- Purpose: what receivers did with the messages of each domain each day: nothing, quarantine, reject.
-- Grain: a monitor, UTC day and action (monitor_id, report_date, policy_action).
-- Inputs: v_records.
-- Traps: `none` means that the policy was not applied, not that the message reached an inbox; failing is not the same
--   as blocked. RFC 9990's `pass` counts as none; a word that is not known as other, and
--   what nobody told as unknown. Days without a record have no row.
SELECT
  r.monitor_id,
  MAX(r.domain_name) AS domain_name,
  r.report_date,
  r.report_day,
  r.policy_action,
  MIN(CASE WHEN r.is_settled THEN 1 ELSE 0 END) = 1 AS is_settled,
  CAST(SUM(r.volume) AS BIGINT) AS volume,
  CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
  CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume,
  CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
  CAST(SUM(CASE WHEN r.override_reason IS NOT NULL THEN r.volume ELSE 0 END) AS BIGINT) AS overridden_volume
FROM v_records r
GROUP BY r.monitor_id, r.report_date, r.report_day, r.policy_action
