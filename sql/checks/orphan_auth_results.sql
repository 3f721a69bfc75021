-- Severity: error
-- Description: Every auth result belongs to a record, on the record's day and from the record's answer.
SELECT a.monitor_id, a.record_id, a.auth_type, a.position
FROM auth_results a
LEFT JOIN report_records r ON r.monitor_id = a.monitor_id AND r.record_id = a.record_id
WHERE r.record_id IS NULL OR r.report_date <> a.report_date OR r._run_id <> a._run_id
