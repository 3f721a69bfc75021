-- Purpose: why messages fail DMARC: what the raw SPF and DKIM results of failing messages say, by source.
-- Grain: a monitor, source IP and pair of reasons (monitor_id, ip_canonical, dkim_reason, spf_reason).
-- Inputs: v_records, auth_results.
-- Traps: `volume` is the failing messages, not those without a known verdict; each is in one row, so rows add up to
--   the fail volume. A raw pass of a failing message is not aligned: the commonest fault of a mail service (its
--   domain passes, not yours). `reason` is what to look at first. A record counts once, however many signatures it
--   has: a pass of any is the reason.
SELECT
  failed.monitor_id,
  MAX(failed.domain_name) AS domain_name,
  failed.ip_canonical,
  MAX(failed.source_domain) AS source_domain,
  CASE
    WHEN failed.dkim_reason = 'dkim_pass_unaligned' THEN failed.dkim_reason
    WHEN failed.spf_reason = 'spf_pass_unaligned' THEN failed.spf_reason
    WHEN failed.dkim_reason IN ('dkim_temperror', 'dkim_permerror', 'dkim_invalid') THEN failed.dkim_reason
    WHEN failed.spf_reason <> 'no_spf_result' THEN failed.spf_reason
    ELSE failed.dkim_reason
  END AS reason,
  failed.dkim_reason,
  failed.spf_reason,
  CAST(SUM(failed.volume) AS BIGINT) AS volume,
  CAST(SUM(CASE WHEN failed.policy_action IN ('quarantine', 'reject') THEN failed.volume ELSE 0 END) AS BIGINT)
    AS blocked_volume,
  CAST(SUM(CASE WHEN failed.override_reason IS NOT NULL THEN failed.volume ELSE 0 END) AS BIGINT) AS overridden_volume,
  MIN(failed.report_date) AS first_date,
  MAX(failed.report_date) AS last_date
FROM (
  SELECT
    r.monitor_id AS monitor_id, r.domain_name, r.ip_canonical, r.source_domain, r.report_date, r.fail_volume AS volume,
    r.policy_action, r.override_reason,
    CASE
      WHEN results.dkim_pass = 1 THEN 'dkim_pass_unaligned'
      WHEN results.dkim_temperror = 1 THEN 'dkim_temperror'
      WHEN results.dkim_permerror = 1 THEN 'dkim_permerror'
      WHEN results.dkim_signed = 1 THEN 'dkim_invalid'
      ELSE 'no_dkim_signature'
    END AS dkim_reason,
    CASE
      WHEN results.spf_pass = 1 THEN 'spf_pass_unaligned'
      WHEN results.spf_temperror = 1 THEN 'spf_temperror'
      WHEN results.spf_permerror = 1 THEN 'spf_permerror'
      WHEN results.spf_checked = 1 THEN 'spf_fail'
      ELSE 'no_spf_result'
    END AS spf_reason
  FROM v_records r
  LEFT JOIN (
    SELECT
      raw.monitor_id, raw.record_id,
      MAX(CASE WHEN raw.auth_type = 'dkim' AND raw.result = 'pass' THEN 1 ELSE 0 END) AS dkim_pass,
      MAX(CASE WHEN raw.auth_type = 'dkim' AND raw.result IN ('temperror', 'unknown') THEN 1 ELSE 0 END)
        AS dkim_temperror,
      MAX(CASE WHEN raw.auth_type = 'dkim' AND raw.result IN ('permerror', 'error') THEN 1 ELSE 0 END)
        AS dkim_permerror,
      MAX(CASE WHEN raw.auth_type = 'dkim' AND raw.result NOT IN ('none', '') THEN 1 ELSE 0 END) AS dkim_signed,
      MAX(CASE WHEN raw.auth_type = 'spf' AND raw.result = 'pass' THEN 1 ELSE 0 END) AS spf_pass,
      MAX(CASE WHEN raw.auth_type = 'spf' AND raw.result IN ('temperror', 'unknown') THEN 1 ELSE 0 END)
        AS spf_temperror,
      MAX(CASE WHEN raw.auth_type = 'spf' AND raw.result IN ('permerror', 'error') THEN 1 ELSE 0 END)
        AS spf_permerror,
      MAX(CASE WHEN raw.auth_type = 'spf' AND raw.result NOT IN ('none', '') THEN 1 ELSE 0 END) AS spf_checked
    FROM (
      SELECT
        a.monitor_id AS monitor_id, a.record_id AS record_id, a.auth_type, COALESCE(LOWER(TRIM(a.result)), '') AS result
      FROM auth_results a
      JOIN (SELECT monitor_id, record_id FROM v_records WHERE fail_volume > 0) failing
        ON failing.monitor_id = a.monitor_id AND failing.record_id = a.record_id
    ) raw
    GROUP BY raw.monitor_id, raw.record_id
  ) results ON results.monitor_id = r.monitor_id AND results.record_id = r.record_id
  WHERE r.fail_volume > 0
) failed
GROUP BY failed.monitor_id, failed.ip_canonical, failed.dkim_reason, failed.spf_reason
