-- Severity: warn
-- Description: No record is dated after as_of_date, which views call today.
SELECT monitor_id, record_id, report_date
FROM report_records
WHERE report_date > (SELECT MAX(as_of_date) FROM meta_runs)
