-- Severity: warn
-- Description: The records that the API serves of each IP have the volume that its listing tells.
-- Trap: it is told every night while it lasts. It says nothing where only some days are kept.
SELECT c.monitor_id, c.ip_address, c.aggregated_volume, c.served_volume
FROM meta_coverage c
WHERE c.state = 'current' AND c.aggregated_volume <> c.served_volume
  AND NOT EXISTS (SELECT 1 FROM parameters p WHERE p.name = 'retain_days' AND p.value > 0)
