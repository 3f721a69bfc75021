-- Severity: warn
-- Description: The records that the API serves of each IP have the volume that its listing tells.
-- Trap: it is told every night while it lasts, also where the details answer 404. It says nothing where only some days are kept.
SELECT c.monitor_id, c.ip_address, c.aggregated_volume, c.served_volume
FROM meta_coverage c
LEFT JOIN (
  SELECT monitor_id, MAX(as_of) AS as_of FROM meta_snapshots WHERE stream = 'aggregated_reports' GROUP BY monitor_id
) newest ON newest.monitor_id = c.monitor_id
WHERE (c.state = 'current' OR (c.state = 'gone' AND c.listed_at = newest.as_of))
  AND c.aggregated_volume <> c.served_volume
  AND NOT EXISTS (SELECT 1 FROM parameters p WHERE p.name = 'retain_days' AND p.value > 0)
