-- Severity: error
-- Description: Every auth result belongs to a record, on the record's day and from the record's answer.
-- Hashes of what must be the same are compared: the keys of all records do not fit in memory.
SELECT monitor_id, record_id, auth_type, position
FROM auth_results
WHERE HASH(monitor_id, record_id, report_date, _run_id) NOT IN (
  SELECT HASH(monitor_id, record_id, report_date, _run_id) FROM report_records
)
