-- Severity: warn
-- Description: The records of each complete IP of a cumulative monitor have the volume that its aggregated row tells.
-- Trap: it says nothing where only some days are kept.
SELECT c.monitor_id, c.ip_address, c.aggregated_volume, c.detail_volume
FROM meta_coverage c
JOIN meta_monitor_state s ON s.monitor_id = c.monitor_id
WHERE s.is_cumulative AND c.state = 'current' AND c.aggregated_volume <> c.detail_volume
  AND NOT EXISTS (SELECT 1 FROM parameters p WHERE p.name = 'retain_days' AND p.value > 0)
