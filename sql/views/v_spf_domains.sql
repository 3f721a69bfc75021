-- Purpose: which return-path domains send as each domain, and whether SPF passes for them.
-- Grain: a monitor and SPF domain (monitor_id, spf_domain).
-- Inputs: auth_results, v_records, monitors, meta_runs.
-- Traps: a record can hold several SPF results: it counts for each domain, so messages_with_signature (here: with an
--   SPF result for the domain) never adds up to a volume. Twice the same domain counts once. pass is the raw check,
--   not DMARC. is_own_domain compares names without a public suffix list: equal, or one below the other.
--   last_day is the newest up to today.
SELECT
  sums.monitor_id AS monitor_id,
  owners.domain_name,
  sums.spf_domain,
  CASE
    WHEN sums.spf_domain = owners.own_name THEN TRUE
    WHEN LENGTH(sums.spf_domain) > LENGTH(owners.own_name)
      THEN SUBSTR(sums.spf_domain, LENGTH(sums.spf_domain) - LENGTH(owners.own_name)) = '.' || owners.own_name
    WHEN LENGTH(owners.own_name) > LENGTH(sums.spf_domain)
      THEN SUBSTR(owners.own_name, LENGTH(owners.own_name) - LENGTH(sums.spf_domain)) = '.' || sums.spf_domain
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
    sources.spf_domain,
    CAST(SUM(sources.volume) AS BIGINT) AS messages_with_signature,
    CAST(SUM(sources.pass_volume) AS BIGINT) AS pass_messages,
    CAST(SUM(sources.error_volume) AS BIGINT) AS error_messages,
    CAST(COUNT(*) AS BIGINT) AS source_ips,
    MIN(sources.first_date) AS first_date,
    MAX(sources.last_date) AS last_date,
    MAX(sources.last_day) AS last_day
  FROM (
    SELECT
      r.monitor_id AS monitor_id, r.ip_canonical, found.spf_domain AS spf_domain,
      SUM(r.volume) AS volume,
      SUM(CASE WHEN found.is_pass = 1 THEN r.volume ELSE 0 END) AS pass_volume,
      SUM(CASE WHEN found.is_pass = 0 AND found.is_error = 1 THEN r.volume ELSE 0 END) AS error_volume,
      MIN(r.report_date) AS first_date,
      MAX(r.report_date) AS last_date,
      MAX(CASE WHEN r.report_day <= today.as_of_day THEN r.report_day END) AS last_day
    FROM (
      SELECT
        raw.monitor_id, raw.record_id, raw.spf_domain,
        MAX(CASE WHEN raw.result = 'pass' THEN 1 ELSE 0 END) AS is_pass,
        MAX(CASE WHEN raw.result IN ('temperror', 'permerror', 'unknown', 'error') THEN 1 ELSE 0 END) AS is_error
      FROM (
        SELECT
          told.monitor_id, told.record_id, LOWER(TRIM(told.result)) AS result,
          COALESCE(
            CASE WHEN LOWER(told.domain) = told.domain THEN told.domain
              ELSE translate(told.domain, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END,
            '(unknown)'
          ) AS spf_domain
        FROM (
          SELECT a.monitor_id, a.record_id, NULLIF(TRIM(a.domain), '') AS domain, a.result
          FROM auth_results a
          WHERE a.auth_type = 'spf'
        ) told
      ) raw
      GROUP BY raw.monitor_id, raw.record_id, raw.spf_domain
    ) found
    JOIN v_records r ON r.monitor_id = found.monitor_id AND r.record_id = found.record_id
    CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    GROUP BY r.monitor_id, r.ip_canonical, found.spf_domain
  ) sources
  GROUP BY sources.monitor_id, sources.spf_domain
) sums
LEFT JOIN (
  SELECT
    monitor_id, domain_name,
    translate(TRIM(domain_name), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS own_name
  FROM monitors
) owners ON owners.monitor_id = sums.monitor_id
