-- Purpose: which DKIM domains and selectors sign mail of each domain, and whether the signatures hold.
-- Grain: a monitor, signing domain and selector (monitor_id, signing_domain, selector).
-- Inputs: auth_results, v_records, meta_runs.
-- Traps: a message can carry several signatures: it counts in each, so messages_with_signature never adds up to a
--   volume. Twice the same domain and selector on a record counts once. pass is the raw signature check, not DMARC.
--   is_own_domain compares names without a public suffix list: equal, or one below the other. last_day is the newest
--   up to today. Domain and selector are chosen by whoever sent the mail.
SELECT
  signed.monitor_id,
  MAX(signed.domain_name) AS domain_name,
  signed.signing_domain,
  signed.selector,
  MAX(CASE
    WHEN signed.signing_domain = signed.own_name THEN 1
    WHEN LENGTH(signed.signing_domain) > LENGTH(signed.own_name)
      AND SUBSTR(signed.signing_domain, LENGTH(signed.signing_domain) - LENGTH(signed.own_name))
        = '.' || signed.own_name THEN 1
    WHEN LENGTH(signed.own_name) > LENGTH(signed.signing_domain)
      AND SUBSTR(signed.own_name, LENGTH(signed.own_name) - LENGTH(signed.signing_domain))
        = '.' || signed.signing_domain THEN 1
    ELSE 0
  END) = 1 AS is_own_domain,
  CAST(SUM(signed.volume) AS BIGINT) AS messages_with_signature,
  CAST(SUM(CASE WHEN signed.is_pass = 1 THEN signed.volume ELSE 0 END) AS BIGINT) AS pass_messages,
  CAST(SUM(CASE WHEN signed.is_pass = 0 AND signed.is_error = 1 THEN signed.volume ELSE 0 END) AS BIGINT)
    AS error_messages,
  CAST(SUM(CASE WHEN signed.is_pass = 0 AND signed.is_error = 0 THEN signed.volume ELSE 0 END) AS BIGINT)
    AS fail_messages,
  CAST(SUM(CASE WHEN signed.is_pass = 1 THEN signed.volume ELSE 0 END) AS DOUBLE) / NULLIF(SUM(signed.volume), 0)
    AS pass_rate,
  CAST(COUNT(DISTINCT signed.ip_canonical) AS BIGINT) AS source_ips,
  MIN(signed.report_date) AS first_date,
  MAX(signed.report_date) AS last_date,
  MAX(CASE WHEN signed.report_day <= today.as_of_day THEN signed.report_day END) AS last_day
FROM (
  SELECT
    r.monitor_id, r.domain_name, LOWER(TRIM(r.domain_name)) AS own_name, r.record_id, r.ip_canonical, r.report_date,
    r.report_day, r.volume, found.signing_domain, found.selector, found.is_pass, found.is_error
  FROM (
    SELECT
      raw.monitor_id, raw.record_id, raw.signing_domain, raw.selector,
      MAX(CASE WHEN raw.result = 'pass' THEN 1 ELSE 0 END) AS is_pass,
      MAX(CASE WHEN raw.result IN ('temperror', 'permerror', 'unknown', 'error') THEN 1 ELSE 0 END) AS is_error
    FROM (
      SELECT
        a.monitor_id, a.record_id, COALESCE(NULLIF(LOWER(TRIM(a.domain)), ''), '(unknown)') AS signing_domain,
        COALESCE(NULLIF(LOWER(TRIM(a.selector)), ''), '(unknown)') AS selector, LOWER(TRIM(a.result)) AS result
      FROM auth_results a
      WHERE a.auth_type = 'dkim'
    ) raw
    GROUP BY raw.monitor_id, raw.record_id, raw.signing_domain, raw.selector
  ) found
  JOIN v_records r ON r.monitor_id = found.monitor_id AND r.record_id = found.record_id
) signed
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
GROUP BY signed.monitor_id, signed.signing_domain, signed.selector
