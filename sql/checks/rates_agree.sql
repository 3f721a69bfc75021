-- Severity: warn
-- Description: The DMARC rate is at least the larger of SPF and DKIM and at most their sum, but for rounding to 1 %.
-- Trap: if this fails for most rows, the rates are raw results and not the aligned verdicts.
SELECT 'report_records' AS table_name, monitor_id, record_id AS item, dmarc_pass_rate, spf_pass_rate, dkim_pass_rate
FROM report_records
WHERE dmarc_pass_rate + 0.0101 < CASE WHEN spf_pass_rate > dkim_pass_rate THEN spf_pass_rate ELSE dkim_pass_rate END
  OR dmarc_pass_rate > spf_pass_rate + dkim_pass_rate + 0.0101
UNION ALL
SELECT 'aggregated_reports', monitor_id, ip_address, dmarc_pass_rate, spf_pass_rate, dkim_pass_rate
FROM aggregated_reports
WHERE dmarc_pass_rate + 0.0101 < CASE WHEN spf_pass_rate > dkim_pass_rate THEN spf_pass_rate ELSE dkim_pass_rate END
  OR dmarc_pass_rate > spf_pass_rate + dkim_pass_rate + 0.0101
