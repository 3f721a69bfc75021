-- Severity: warn
-- Description: Every active monitor was listed within the last two days.
SELECT m.monitor_id, MAX(p.snapshot_date) AS newest_snapshot
FROM monitors m
LEFT JOIN meta_snapshots p ON p.monitor_id = m.monitor_id AND p.stream = 'aggregated_reports'
WHERE m.is_active
GROUP BY m.monitor_id
HAVING COALESCE(MAX(p.snapshot_date), DATE '1970-01-01') < (SELECT MAX(as_of_date) FROM meta_runs) - 2
