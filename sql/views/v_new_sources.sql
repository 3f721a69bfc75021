-- Purpose: sources that sent as a domain for the first time of late, and whether that looks worrying.
-- Grain: a monitor and source IP whose first messages are new (monitor_id, ip_canonical).
-- Inputs: v_source_class.
-- Traps: new is the first day with messages, not the first load, within the last new_source_days up to today. In the
--   first new_source_grace_days of a monitor everything would be new: such sources are left out. A new IP of a
--   network or domain that sent before is of low severity.
SELECT
  sources.monitor_id,
  sources.domain_name,
  sources.ip_canonical,
  sources.ip_network,
  sources.source_domain,
  sources.country_code,
  sources.first_seen_date,
  sources.first_seen_day,
  sources.class,
  sources.is_favorite,
  sources.volume,
  sources.pass_volume,
  sources.fail_volume,
  sources.pass_rate,
  sources.prior_network_seen,
  sources.prior_domain_seen,
  CASE
    WHEN sources.is_favorite OR sources.prior_network_seen OR sources.prior_domain_seen THEN 'low'
    WHEN sources.fail_volume * 2 > sources.volume THEN 'high'
    ELSE 'medium'
  END AS severity
FROM (
  SELECT
    monitor_id, domain_name, ip_canonical, ip_network, source_domain, country_code, first_seen_date, first_seen_day,
    class, is_favorite, is_new, volume, pass_volume, fail_volume, pass_rate,
    ip_network IS NOT NULL AND MIN(first_seen_day) OVER (PARTITION BY monitor_id, ip_network) < first_seen_day
      AS prior_network_seen,
    source_domain <> '(unknown)' AND MIN(first_seen_day) OVER (PARTITION BY monitor_id, source_domain) < first_seen_day
      AS prior_domain_seen
  FROM v_source_class
) sources
WHERE sources.is_new
