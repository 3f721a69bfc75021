-- Severity: error
-- Description: Every auth result belongs to a record, on the record's day and from the record's answer.
-- Hashes of what must be the same are compared, as the keys of all records do not fit in memory: an orphan is
-- overlooked if its 64 bits are by chance those of a record.
SELECT monitor_id, record_id, auth_type, position
FROM auth_results
WHERE HASH(monitor_id, record_id, report_date, _run_id) NOT IN (
  SELECT HASH(monitor_id, record_id, report_date, _run_id) FROM report_records
)
