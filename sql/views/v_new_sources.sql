-- Purpose: sources that sent as a domain for the first time of late, and whether that looks worrying.
-- Grain: a monitor and source IP whose first messages are new (monitor_id, ip_canonical).
-- Inputs: v_source_class.
-- Traps: new is the first day with messages, not the first load, within the last new_source_days up to today. In the
--   first new_source_grace_days of a monitor everything would be new: such sources are left out. A new IP of a
--   network or domain that sent before is of low severity. Messages dated after today count in the volumes only.
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
  sources.unknown_volume,
  sources.pass_rate,
  sources.prior_network_seen,
  sources.prior_domain_seen,
  CASE
    WHEN sources.is_favorite OR sources.prior_network_seen OR sources.prior_domain_seen THEN 'low'
    WHEN sources.fail_volume * 2 > sources.volume - sources.unknown_volume THEN 'high'
    ELSE 'medium'
  END AS severity
FROM (
  SELECT
    ranked.*,
    ranked.ip_network IS NOT NULL AND ranked.network_first_day < ranked.first_seen_day AS prior_network_seen,
    ranked.source_domain <> '(unknown)' AND ranked.domain_first_day < ranked.first_seen_day AS prior_domain_seen
  FROM (
    SELECT
      monitor_id, domain_name, ip_canonical, ip_network, source_domain, country_code, first_seen_date, first_seen_day,
      class, is_favorite, is_new, volume, pass_volume, fail_volume, unknown_volume, pass_rate,
      MIN(first_seen_day) OVER (PARTITION BY monitor_id, ip_network) AS network_first_day,
      MIN(first_seen_day) OVER (PARTITION BY monitor_id, source_domain) AS domain_first_day
    FROM v_source_class
  ) ranked
) sources
WHERE sources.is_new
