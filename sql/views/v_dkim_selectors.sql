-- Purpose: which DKIM domains and selectors sign mail of each domain, and whether the signatures hold.
-- Grain: a monitor, signing domain and selector (monitor_id, signing_domain, selector).
-- Inputs: auth_results, v_records, monitors, meta_runs.
-- Traps: a message can carry several signatures: it counts in each, so messages_with_signature never adds up to a
--   volume. Twice the same domain and selector on a record counts once. pass is the raw signature check, not DMARC.
--   is_own_domain compares names without a public suffix list: equal, or one below the other. last_day is the newest
--   up to today. Domain and selector are chosen by whoever sent the mail.
SELECT
  sums.monitor_id AS monitor_id,
  owners.domain_name,
  sums.signing_domain,
  sums.selector,
  CASE
    WHEN sums.signing_domain = owners.own_name THEN TRUE
    WHEN LENGTH(sums.signing_domain) > LENGTH(owners.own_name)
      THEN SUBSTR(sums.signing_domain, LENGTH(sums.signing_domain) - LENGTH(owners.own_name)) = '.' || owners.own_name
    WHEN LENGTH(owners.own_name) > LENGTH(sums.signing_domain)
      THEN SUBSTR(owners.own_name, LENGTH(owners.own_name) - LENGTH(sums.signing_domain)) = '.' || sums.signing_domain
    ELSE FALSE
  END AS is_own_domain,
  sums.messages_with_signature,
  sums.pass_messages,
  sums.error_messages,
  sums.messages_with_signature - sums.pass_messages - sums.error_messages AS fail_messages,
  CAST(sums.pass_messages AS DOUBLE) / NULLIF(sums.messages_with_signature, 0) AS pass_rate,
  sums.source_ips,
  sums.first_date,
  sums.last_date,
  sums.last_day
FROM (
  SELECT
    sources.monitor_id,
    sources.signing_domain,
    sources.selector,
    CAST(SUM(sources.volume) AS BIGINT) AS messages_with_signature,
    CAST(SUM(sources.pass_volume) AS BIGINT) AS pass_messages,
    CAST(SUM(sources.error_volume) AS BIGINT) AS error_messages,
    CAST(COUNT(*) AS BIGINT) AS source_ips,
    MIN(sources.first_date) AS first_date,
    MAX(sources.last_date) AS last_date,
    MAX(sources.last_day) AS last_day
  FROM (
    SELECT
      r.monitor_id AS monitor_id, r.ip_canonical, found.signing_domain, found.selector,
      SUM(r.volume) AS volume,
      SUM(CASE WHEN found.is_pass = 1 THEN r.volume ELSE 0 END) AS pass_volume,
      SUM(CASE WHEN found.is_pass = 0 AND found.is_error = 1 THEN r.volume ELSE 0 END) AS error_volume,
      MIN(r.report_date) AS first_date,
      MAX(r.report_date) AS last_date,
      MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_day END) AS last_day
    FROM (
      SELECT
        raw.monitor_id, raw.record_id, raw.signing_domain, raw.selector,
        MAX(CASE WHEN raw.result = 'pass' THEN 1 ELSE 0 END) AS is_pass,
        MAX(CASE WHEN raw.result IN ('temperror', 'permerror', 'unknown', 'error') THEN 1 ELSE 0 END) AS is_error
      FROM (
        SELECT
          told.monitor_id, told.record_id, LOWER(TRIM(told.result)) AS result,
          COALESCE(
            CASE WHEN LOWER(told.domain) = told.domain THEN told.domain
              ELSE translate(told.domain, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END,
            '(unknown)'
          ) AS signing_domain,
          COALESCE(
            CASE WHEN LOWER(told.selector) = told.selector THEN told.selector
              ELSE translate(told.selector, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END,
            '(unknown)'
          ) AS selector
        FROM (
          SELECT
            a.monitor_id, a.record_id, NULLIF(TRIM(a.domain), '') AS domain, NULLIF(TRIM(a.selector), '') AS selector,
            a.result
          FROM auth_results a
          WHERE a.auth_type = 'dkim'
        ) told
      ) raw
      GROUP BY raw.monitor_id, raw.record_id, raw.signing_domain, raw.selector
    ) found
    JOIN v_records r ON r.monitor_id = found.monitor_id AND r.record_id = found.record_id
    CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    GROUP BY r.monitor_id, r.ip_canonical, found.signing_domain, found.selector
  ) sources
  GROUP BY sources.monitor_id, sources.signing_domain, sources.selector
) sums
LEFT JOIN (
  SELECT
    monitor_id, domain_name,
    translate(TRIM(domain_name), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS own_name
  FROM monitors
) owners ON owners.monitor_id = sums.monitor_id
