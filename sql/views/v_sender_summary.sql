-- Purpose: who sends as each domain, by the domain of the source: one row a service instead of one an IP.
-- Grain: a monitor and source domain (monitor_id, source_domain).
-- Inputs: v_records, v_source_class, monitors.
-- Traps: source_domain is the one of the record, or of the newest listing; IPs of no known domain are the group
--   (unknown). An IP whose domain changed counts under both. known_volume is of IPs whose class is known (a guess).
SELECT
  sums.monitor_id AS monitor_id,
  monitors.domain_name,
  sums.source_domain,
  sums.volume,
  CAST(sums.volume AS DOUBLE) / NULLIF(sums.monitor_volume, 0) AS volume_share,
  sums.pass_volume,
  sums.fail_volume,
  sums.unknown_volume,
  CAST(sums.pass_volume AS DOUBLE) / NULLIF(sums.volume - sums.unknown_volume, 0) AS pass_rate,
  CAST(sums.spf_aligned_volume AS DOUBLE) / NULLIF(sums.spf_told_volume, 0) AS spf_rate,
  CAST(sums.dkim_aligned_volume AS DOUBLE) / NULLIF(sums.dkim_told_volume, 0) AS dkim_rate,
  sums.both_volume,
  sums.dkim_only_volume,
  sums.spf_only_volume,
  sums.unattributed_volume,
  sums.quarantined_volume,
  sums.rejected_volume,
  sums.known_volume,
  sums.source_ips,
  sums.favorite_ips,
  sums.first_date,
  sums.last_date,
  sums.days_active,
  sums.reporters
FROM (
  SELECT
    grouped.*,
    SUM(grouped.volume) OVER (PARTITION BY grouped.monitor_id) AS monitor_volume
  FROM (
    SELECT
      r.monitor_id AS monitor_id,
      r.source_domain,
      CAST(SUM(r.volume) AS BIGINT) AS volume,
      CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
      CAST(SUM(r.fail_volume) AS BIGINT) AS fail_volume,
      CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
      SUM(r.spf_aligned_volume) AS spf_aligned_volume,
      SUM(CASE WHEN r.spf_aligned_volume IS NOT NULL THEN r.volume END) AS spf_told_volume,
      SUM(r.dkim_aligned_volume) AS dkim_aligned_volume,
      SUM(CASE WHEN r.dkim_aligned_volume IS NOT NULL THEN r.volume END) AS dkim_told_volume,
      CAST(SUM(r.both_volume) AS BIGINT) AS both_volume,
      CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
      CAST(SUM(r.spf_only_volume) AS BIGINT) AS spf_only_volume,
      CAST(SUM(r.unattributed_volume) AS BIGINT) AS unattributed_volume,
      CAST(SUM(CASE WHEN r.policy_action = 'quarantine' THEN r.volume ELSE 0 END) AS BIGINT) AS quarantined_volume,
      CAST(SUM(CASE WHEN r.policy_action = 'reject' THEN r.volume ELSE 0 END) AS BIGINT) AS rejected_volume,
      CAST(SUM(CASE WHEN classes.is_known THEN r.volume ELSE 0 END) AS BIGINT) AS known_volume,
      CAST(COUNT(DISTINCT r.ip_canonical) AS BIGINT) AS source_ips,
      CAST(COUNT(DISTINCT CASE WHEN classes.is_favorite THEN r.ip_canonical END) AS BIGINT) AS favorite_ips,
      MIN(r.report_date) AS first_date,
      MAX(r.report_date) AS last_date,
      CAST(COUNT(DISTINCT r.report_day) AS BIGINT) AS days_active,
      CAST(COUNT(DISTINCT r.reporter) AS BIGINT) AS reporters
    FROM v_records r
    LEFT JOIN v_source_class classes
      ON classes.monitor_id = r.monitor_id AND classes.ip_canonical = r.ip_canonical
    GROUP BY r.monitor_id, r.source_domain
  ) grouped
) sums
LEFT JOIN monitors ON monitors.monitor_id = sums.monitor_id
