-- Purpose: who did not apply the policy and why: the reasons receivers gave, forwarding and ARC among them.
-- Grain: a monitor, reason, kind of comment and reporter (monitor_id, override_reason, comment_class, reporter).
-- Inputs: v_records.
-- Traps: reason and comment are the reporter's own text. override_type is the reason if it is one that the RFCs know,
--   `several` if the text holds more than one, `none` if only a comment was given, else `unknown`. ARC is told as
--   local_policy with arc=pass in the comment. RFC 9990 drops `forwarded` and `sampled_out`: they will fade.
SELECT
  given.monitor_id,
  MAX(given.domain_name) AS domain_name,
  given.override_reason,
  given.override_type,
  given.comment_class,
  given.reporter,
  CAST(SUM(given.volume) AS BIGINT) AS volume,
  CAST(SUM(given.pass_volume) AS BIGINT) AS pass_volume,
  CAST(SUM(given.fail_volume) AS BIGINT) AS fail_volume,
  CAST(SUM(given.unknown_volume) AS BIGINT) AS unknown_volume,
  CAST(COUNT(DISTINCT given.ip_canonical) AS BIGINT) AS source_ips,
  MIN(given.report_date) AS first_date,
  MAX(given.report_date) AS last_date
FROM (
  SELECT
    r.monitor_id, r.domain_name, r.reporter, r.ip_canonical, r.report_date, r.volume, r.pass_volume, r.fail_volume,
    r.unknown_volume,
    COALESCE(r.override_reason, '(none)') AS override_reason,
    CASE
      WHEN r.override_reason IS NULL THEN 'none'
      WHEN r.override_reason IN (
        'forwarded', 'sampled_out', 'trusted_forwarder', 'mailing_list', 'local_policy', 'other', 'policy_test_mode'
      ) THEN r.override_reason
      WHEN r.override_reason LIKE '%,%' OR r.override_reason LIKE '%;%' OR r.override_reason LIKE '%|%' THEN 'several'
      ELSE 'unknown'
    END AS override_type,
    CASE
      WHEN r.override_comment IS NULL THEN 'none'
      WHEN LOWER(r.override_comment) LIKE '%arc=pass%' THEN 'arc_pass'
      WHEN LOWER(r.override_comment) LIKE '%arc=fail%' THEN 'arc_fail'
      ELSE 'other'
    END AS comment_class
  FROM v_records r
  WHERE r.override_reason IS NOT NULL OR r.override_comment IS NOT NULL
) given
GROUP BY given.monitor_id, given.override_reason, given.override_type, given.comment_class, given.reporter
