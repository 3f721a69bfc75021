-- Severity: error
-- Description: No two rows of a table have the same key.
-- Of the two large tables only rows whose keys have the same hash are compared: keys in full do not fit in memory.
SELECT 'monitors' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM monitors GROUP BY monitor_id HAVING COUNT(*) > 1
UNION ALL
SELECT 'monitor_history' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(valid_from AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM monitor_history GROUP BY monitor_id, valid_from HAVING COUNT(*) > 1
UNION ALL
SELECT 'dmarc_policies' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(kind AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM dmarc_policies GROUP BY monitor_id, kind HAVING COUNT(*) > 1
UNION ALL
SELECT 'aggregated_reports' AS table_name, MIN(COALESCE(CAST(snapshot_date AS VARCHAR), '') || ' ' || COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(ip_address AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM aggregated_reports GROUP BY snapshot_date, monitor_id, ip_address HAVING COUNT(*) > 1
UNION ALL
SELECT 'report_records' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(record_id AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM report_records WHERE HASH(monitor_id, record_id) IN (
  SELECT HASH(monitor_id, record_id) FROM report_records GROUP BY ALL HAVING COUNT(*) > 1
) GROUP BY monitor_id, record_id HAVING COUNT(*) > 1
UNION ALL
SELECT 'auth_results' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(record_id AS VARCHAR), '') || ' ' || COALESCE(CAST(auth_type AS VARCHAR), '') || ' ' || COALESCE(CAST(position AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM auth_results WHERE HASH(monitor_id, record_id, auth_type, position) IN (
  SELECT HASH(monitor_id, record_id, auth_type, position) FROM auth_results GROUP BY ALL HAVING COUNT(*) > 1
) GROUP BY monitor_id, record_id, auth_type, position HAVING COUNT(*) > 1
UNION ALL
SELECT 'report_sources' AS table_name, MIN(COALESCE(CAST(snapshot_date AS VARCHAR), '') || ' ' || COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(report_source AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM report_sources GROUP BY snapshot_date, monitor_id, report_source HAVING COUNT(*) > 1
UNION ALL
SELECT 'parameters' AS table_name, MIN(COALESCE(CAST(name AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM parameters GROUP BY name HAVING COUNT(*) > 1
UNION ALL
SELECT 'calendar' AS table_name, MIN(COALESCE(CAST(day AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM calendar GROUP BY day HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_runs' AS table_name, MIN(COALESCE(CAST(run_id AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_runs GROUP BY run_id HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_journals' AS table_name, MIN(COALESCE(CAST(run_id AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_journals GROUP BY run_id HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_snapshots' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(snapshot_date AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_snapshots GROUP BY monitor_id, stream, snapshot_date HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_monitor_state' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_monitor_state GROUP BY monitor_id HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_coverage' AS table_name, MIN(COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(ip_address AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_coverage GROUP BY monitor_id, ip_address HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_checks' AS table_name, MIN(COALESCE(CAST(run_id AS VARCHAR), '') || ' ' || COALESCE(CAST(name AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_checks GROUP BY run_id, name HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_quarantine' AS table_name, MIN(COALESCE(CAST(run_id AS VARCHAR), '') || ' ' || COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(locator AS VARCHAR), '') || ' ' || COALESCE(CAST(path AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_quarantine GROUP BY run_id, stream, locator, path HAVING COUNT(*) > 1
UNION ALL
SELECT 'meta_schema_drift' AS table_name, MIN(COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(path AS VARCHAR), '') || ' ' || COALESCE(CAST(kind AS VARCHAR), '')) AS key_text, COUNT(*) AS rows
FROM meta_schema_drift GROUP BY stream, path, kind HAVING COUNT(*) > 1
