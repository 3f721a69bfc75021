-- Purpose: sources that sent as a domain for the first time of late, and whether that looks worrying.
-- Grain: a monitor and source IP whose first messages are new (monitor_id, ip_canonical).
-- Inputs: v_records, v_source_class, meta_runs, parameters.
-- Traps: new is the first day with messages, not the first load, within the last new_source_days up to today. In the
--   first new_source_grace_days of a monitor everything would be new: such sources are left out. A new IP of a
--   network or domain that sent before is of low severity.
SELECT
  fresh.monitor_id,
  fresh.domain_name,
  fresh.ip_canonical,
  fresh.ip_network,
  fresh.source_domain,
  fresh.country_code,
  fresh.first_seen_date,
  fresh.first_seen_day,
  classes.class,
  classes.is_favorite,
  fresh.volume,
  fresh.pass_volume,
  fresh.fail_volume,
  CAST(fresh.pass_volume AS DOUBLE) / NULLIF(fresh.volume, 0) AS pass_rate,
  fresh.prior_network_seen,
  fresh.prior_domain_seen,
  CASE
    WHEN classes.is_favorite OR fresh.prior_network_seen OR fresh.prior_domain_seen THEN 'low'
    WHEN fresh.fail_volume * 2 > fresh.volume THEN 'high'
    ELSE 'medium'
  END AS severity
FROM (
  SELECT
    sources.monitor_id, sources.domain_name, sources.ip_canonical, sources.ip_network, sources.source_domain,
    sources.country_code, sources.first_seen_date, sources.first_seen_day, sources.volume, sources.pass_volume,
    sources.fail_volume,
    MIN(sources.first_seen_day) OVER (PARTITION BY sources.monitor_id) AS monitor_first_day,
    sources.ip_network IS NOT NULL AND MIN(sources.first_seen_day) OVER (
      PARTITION BY sources.monitor_id, sources.ip_network
    ) < sources.first_seen_day AS prior_network_seen,
    sources.source_domain <> '(unknown)' AND MIN(sources.first_seen_day) OVER (
      PARTITION BY sources.monitor_id, sources.source_domain
    ) < sources.first_seen_day AS prior_domain_seen
  FROM (
    SELECT
      r.monitor_id,
      MAX(r.domain_name) AS domain_name,
      r.ip_canonical,
      MAX(r.ip_network) AS ip_network,
      MAX(r.source_domain) AS source_domain,
      MAX(r.country_code) AS country_code,
      MIN(r.report_date) AS first_seen_date,
      MIN(r.report_day) AS first_seen_day,
      CAST(SUM(r.volume) AS BIGINT) AS volume,
      CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
      CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume
    FROM v_records r
    CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    WHERE r.volume > 0 AND r.report_day <= today.as_of_day
    GROUP BY r.monitor_id, r.ip_canonical
  ) sources
) fresh
LEFT JOIN v_source_class classes
  ON classes.monitor_id = fresh.monitor_id AND classes.ip_canonical = fresh.ip_canonical
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (
  SELECT
    MAX(CASE WHEN name = 'new_source_days' THEN value END) AS new_source_days,
    MAX(CASE WHEN name = 'new_source_grace_days' THEN value END) AS grace_days
  FROM parameters
) limits
WHERE fresh.first_seen_day > today.as_of_day - limits.new_source_days
  AND fresh.first_seen_day >= fresh.monitor_first_day + limits.grace_days
