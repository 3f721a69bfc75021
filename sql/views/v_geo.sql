-- Purpose: from which countries mail of each domain comes, and whether it passes.
-- Grain: a monitor and country (monitor_id, country_code).
-- Inputs: v_records.
-- Traps: the country is a look-up of the source IP, at times wrong, and changes; codes that are no ISO country (EU, XK)
--   occur. Unknown, and private addresses, are the group (unknown). 'NA' is Namibia, not a missing value.
SELECT
  sums.monitor_id,
  sums.domain_name,
  sums.country_code,
  sums.volume,
  CAST(sums.volume AS DOUBLE) / NULLIF(sums.monitor_volume, 0) AS volume_share,
  sums.pass_volume,
  sums.fail_volume,
  sums.unknown_volume,
  CAST(sums.pass_volume AS DOUBLE) / NULLIF(sums.volume - sums.unknown_volume, 0) AS pass_rate,
  sums.both_volume,
  sums.dkim_only_volume,
  sums.spf_only_volume,
  sums.unattributed_volume,
  sums.source_ips,
  sums.first_date,
  sums.last_date
FROM (
  SELECT
    grouped.*,
    SUM(grouped.volume) OVER (PARTITION BY grouped.monitor_id) AS monitor_volume
  FROM (
    SELECT
      r.monitor_id,
      MAX(r.domain_name) AS domain_name,
      r.country_code,
      CAST(SUM(r.volume) AS BIGINT) AS volume,
      CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
      CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume,
      CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
      CAST(SUM(r.both_volume) AS BIGINT) AS both_volume,
      CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
      CAST(SUM(r.spf_only_volume) AS BIGINT) AS spf_only_volume,
      CAST(SUM(r.unattributed_volume) AS BIGINT) AS unattributed_volume,
      CAST(COUNT(DISTINCT r.ip_canonical) AS BIGINT) AS source_ips,
      MIN(r.report_date) AS first_date,
      MAX(r.report_date) AS last_date
    FROM v_records r
    GROUP BY r.monitor_id, r.country_code
  ) grouped
) sums
