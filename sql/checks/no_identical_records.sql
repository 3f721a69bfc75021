-- Severity: warn
-- Description: No two records of an IP and day say the same under different ids.
-- Trap: two reporters' bodies can legally be the same; this only points at what may have been imported twice.
SELECT monitor_id, ip_canonical, report_date, MIN(record_id) AS first_record_id, COUNT(*) AS records
FROM report_records
WHERE total_volume > 0 AND HASH(
  monitor_id, ip_canonical, report_date, report_source, total_volume, dmarc_pass_rate, spf_pass_rate,
  dkim_pass_rate, spf_domain, dkim_domain, applied_policy, override_reason, override_comment
) IN (
  SELECT HASH(
    monitor_id, ip_canonical, report_date, report_source, total_volume, dmarc_pass_rate, spf_pass_rate,
    dkim_pass_rate, spf_domain, dkim_domain, applied_policy, override_reason, override_comment
  ) FROM report_records WHERE total_volume > 0 GROUP BY ALL HAVING COUNT(*) > 1
)
GROUP BY monitor_id, ip_canonical, report_date, report_source, total_volume, dmarc_pass_rate, spf_pass_rate,
  dkim_pass_rate, spf_domain, dkim_domain, applied_policy, override_reason, override_comment
HAVING COUNT(*) > 1
