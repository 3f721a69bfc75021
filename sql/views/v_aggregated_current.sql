-- Purpose: every source in the newest complete listing of each monitor, with the totals of the API's window.
-- Grain: a source in a monitor's newest snapshot (monitor_id, ip_address).
-- Inputs: aggregated_reports, meta_snapshots, monitors.
-- Traps: each monitor has its own newest snapshot; one that was empty leaves the monitor without rows. `volume` is
--   the total of a window as of snapshot_date: volumes a day come from v_records, not from two snapshots. The rates
--   are rounded by the API: above 100 messages pass_volume is an estimate (is_exact is false), and 100 % can hide
--   failures. A rate that is not told is taken from the two others where they decide it, else it is NULL and the
--   messages are unknown_volume. Replaced monitors have no rows.
SELECT
  listed.monitor_id AS monitor_id,
  monitors.domain_name,
  listed.snapshot_date AS snapshot_date,
  listed.ip_address,
  COALESCE(NULLIF(listed.ip_canonical, ''), '(unknown)') AS ip_canonical,
  listed.ip_version,
  listed.ip_scope,
  COALESCE(
    NULLIF(translate(TRIM(listed.domain), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), ''),
    '(unknown)'
  ) AS source_domain,
  COALESCE(
    NULLIF(translate(TRIM(listed.country_code), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), ''),
    '(unknown)'
  ) AS country_code,
  NULLIF(TRIM(listed.country), '') AS country,
  NULLIF(TRIM(listed.city), '') AS city,
  COALESCE(listed.is_favorite, FALSE) AS is_favorite,
  CAST(COALESCE(listed.total_volume_as_of, 0) AS BIGINT) AS volume,
  CAST(FLOOR(COALESCE(listed.total_volume_as_of, 0) * listed.dmarc_rate + 0.5) AS BIGINT) AS pass_volume,
  CAST(CASE WHEN listed.dmarc_rate IS NULL THEN COALESCE(listed.total_volume_as_of, 0) ELSE 0 END AS BIGINT)
    AS unknown_volume,
  COALESCE(listed.total_volume_as_of <= 100, FALSE) AND listed.dmarc_rate IS NOT NULL AS is_exact,
  CASE WHEN listed.total_volume_as_of > 0 THEN listed.dmarc_rate END AS pass_rate,
  CASE WHEN listed.total_volume_as_of > 0 THEN listed.spf_rate END AS spf_rate,
  CASE WHEN listed.total_volume_as_of > 0 THEN listed.dkim_rate END AS dkim_rate,
  listed.window_from,
  listed.window_to
FROM (
  SELECT
    monitor_id, snapshot_date, ip_address, ip_canonical, ip_version, ip_scope, domain, country_code, country, city,
    is_favorite, total_volume_as_of, window_from, window_to,
    COALESCE(dmarc_pass_rate, CASE
      WHEN spf_pass_rate = 1 OR dkim_pass_rate = 1 THEN 1
      WHEN spf_pass_rate = 0 THEN dkim_pass_rate
      WHEN dkim_pass_rate = 0 THEN spf_pass_rate
    END) AS dmarc_rate,
    COALESCE(spf_pass_rate, CASE WHEN dmarc_pass_rate = 0 THEN 0 WHEN dkim_pass_rate = 0 THEN dmarc_pass_rate END)
      AS spf_rate,
    COALESCE(dkim_pass_rate, CASE WHEN dmarc_pass_rate = 0 THEN 0 WHEN spf_pass_rate = 0 THEN dmarc_pass_rate END)
      AS dkim_rate
  FROM aggregated_reports
) listed
JOIN (
  SELECT monitor_id, MAX(snapshot_date) AS snapshot_date
  FROM meta_snapshots
  WHERE stream = 'aggregated_reports'
  GROUP BY monitor_id
) newest ON newest.monitor_id = listed.monitor_id AND newest.snapshot_date = listed.snapshot_date
LEFT JOIN monitors ON monitors.monitor_id = listed.monitor_id
WHERE monitors.replaced_by IS NULL
