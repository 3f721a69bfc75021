-- Severity: warn
-- Description: Every rate lies between 0 and 1.
SELECT 'report_records' AS table_name, monitor_id, record_id AS item
FROM report_records
WHERE NOT (dmarc_pass_rate BETWEEN 0 AND 1 AND spf_pass_rate BETWEEN 0 AND 1 AND dkim_pass_rate BETWEEN 0 AND 1)
UNION ALL
SELECT 'aggregated_reports', monitor_id, ip_address
FROM aggregated_reports
WHERE NOT (dmarc_pass_rate BETWEEN 0 AND 1 AND spf_pass_rate BETWEEN 0 AND 1 AND dkim_pass_rate BETWEEN 0 AND 1)
