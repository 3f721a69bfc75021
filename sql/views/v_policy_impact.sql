-- Purpose: what a stricter policy would hit: the failing messages of the last window_days, by source.
-- Grain: a monitor and source IP with messages in the window (monitor_id, ip_canonical).
-- Inputs: v_records, v_source_class, meta_runs, parameters.
-- Traps: only messages that fail both SPF and DKIM are hit. at_risk_volume is what would newly be blocked: neither
--   blocked already nor spared by a receiver's reason. fail_volume is split by the class of the source, which is a
--   guess, into known, forwarding and unknown; they add up. An action that nobody told counts as not blocked. Messages
--   without a known verdict are in no part of fail_volume.
SELECT
  sums.monitor_id AS monitor_id,
  sums.domain_name,
  sums.ip_canonical AS ip_canonical,
  sums.source_domain,
  classes.class,
  classes.is_favorite,
  sums.volume,
  sums.pass_volume,
  sums.fail_volume,
  sums.unknown_volume,
  CAST(sums.pass_volume AS DOUBLE) / NULLIF(sums.volume - sums.unknown_volume, 0) AS pass_rate,
  CASE WHEN classes.is_known THEN sums.fail_volume ELSE 0 END AS fail_known_volume,
  CASE WHEN classes.class IN ('forwarder_declared', 'forward_like') THEN sums.fail_volume ELSE 0 END
    AS fail_forwarded_volume,
  CASE
    WHEN classes.is_known OR classes.class IN ('forwarder_declared', 'forward_like') THEN 0 ELSE sums.fail_volume
  END AS fail_unknown_volume,
  sums.blocked_volume,
  sums.spared_volume,
  sums.fail_volume - sums.blocked_volume - sums.spared_volume AS at_risk_volume
FROM (
  SELECT
    r.monitor_id,
    MAX(r.domain_name) AS domain_name,
    r.ip_canonical,
    MAX(r.source_domain) AS source_domain,
    CAST(SUM(r.volume) AS BIGINT) AS volume,
    CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
    CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume,
    CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
    CAST(SUM(CASE WHEN r.policy_action IN ('quarantine', 'reject') THEN r.fail_volume ELSE 0 END) AS BIGINT)
      AS blocked_volume,
    CAST(SUM(CASE
      WHEN r.policy_action IN ('quarantine', 'reject') OR r.override_reason IS NULL THEN 0 ELSE r.fail_volume
    END) AS BIGINT) AS spared_volume
  FROM v_records r
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (SELECT MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days FROM parameters) limits
  WHERE r.report_day > today.as_of_day - limits.window_days AND r.report_day <= today.as_of_day
  GROUP BY r.monitor_id, r.ip_canonical
) sums
LEFT JOIN v_source_class classes
  ON classes.monitor_id = sums.monitor_id AND classes.ip_canonical = sums.ip_canonical
