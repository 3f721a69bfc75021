-- Severity: error
-- Description: No key column is NULL.
SELECT 'monitors' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') AS key_text
FROM monitors WHERE monitor_id IS NULL
UNION ALL
SELECT 'monitor_history' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(valid_from AS VARCHAR), '') AS key_text
FROM monitor_history WHERE monitor_id IS NULL OR valid_from IS NULL
UNION ALL
SELECT 'dmarc_policies' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(kind AS VARCHAR), '') AS key_text
FROM dmarc_policies WHERE monitor_id IS NULL OR kind IS NULL
UNION ALL
SELECT 'aggregated_reports' AS table_name, COALESCE(CAST(snapshot_date AS VARCHAR), '') || ' ' || COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(ip_address AS VARCHAR), '') AS key_text
FROM aggregated_reports WHERE snapshot_date IS NULL OR monitor_id IS NULL OR ip_address IS NULL
UNION ALL
SELECT 'report_records' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(record_id AS VARCHAR), '') AS key_text
FROM report_records WHERE monitor_id IS NULL OR record_id IS NULL
UNION ALL
SELECT 'auth_results' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(record_id AS VARCHAR), '') || ' ' || COALESCE(CAST(auth_type AS VARCHAR), '') || ' ' || COALESCE(CAST(position AS VARCHAR), '') AS key_text
FROM auth_results WHERE monitor_id IS NULL OR record_id IS NULL OR auth_type IS NULL OR position IS NULL
UNION ALL
SELECT 'report_sources' AS table_name, COALESCE(CAST(snapshot_date AS VARCHAR), '') || ' ' || COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(report_source AS VARCHAR), '') AS key_text
FROM report_sources WHERE snapshot_date IS NULL OR monitor_id IS NULL OR report_source IS NULL
UNION ALL
SELECT 'parameters' AS table_name, COALESCE(CAST(name AS VARCHAR), '') AS key_text
FROM parameters WHERE name IS NULL
UNION ALL
SELECT 'calendar' AS table_name, COALESCE(CAST(day AS VARCHAR), '') AS key_text
FROM calendar WHERE day IS NULL
UNION ALL
SELECT 'meta_runs' AS table_name, COALESCE(CAST(run_id AS VARCHAR), '') AS key_text
FROM meta_runs WHERE run_id IS NULL
UNION ALL
SELECT 'meta_journals' AS table_name, COALESCE(CAST(run_id AS VARCHAR), '') AS key_text
FROM meta_journals WHERE run_id IS NULL
UNION ALL
SELECT 'meta_snapshots' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(snapshot_date AS VARCHAR), '') AS key_text
FROM meta_snapshots WHERE monitor_id IS NULL OR stream IS NULL OR snapshot_date IS NULL
UNION ALL
SELECT 'meta_monitor_state' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') AS key_text
FROM meta_monitor_state WHERE monitor_id IS NULL
UNION ALL
SELECT 'meta_coverage' AS table_name, COALESCE(CAST(monitor_id AS VARCHAR), '') || ' ' || COALESCE(CAST(ip_address AS VARCHAR), '') AS key_text
FROM meta_coverage WHERE monitor_id IS NULL OR ip_address IS NULL
UNION ALL
SELECT 'meta_checks' AS table_name, COALESCE(CAST(run_id AS VARCHAR), '') || ' ' || COALESCE(CAST(name AS VARCHAR), '') AS key_text
FROM meta_checks WHERE run_id IS NULL OR name IS NULL
UNION ALL
SELECT 'meta_quarantine' AS table_name, COALESCE(CAST(run_id AS VARCHAR), '') || ' ' || COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(locator AS VARCHAR), '') || ' ' || COALESCE(CAST(path AS VARCHAR), '') AS key_text
FROM meta_quarantine WHERE run_id IS NULL OR stream IS NULL OR locator IS NULL OR path IS NULL
UNION ALL
SELECT 'meta_schema_drift' AS table_name, COALESCE(CAST(stream AS VARCHAR), '') || ' ' || COALESCE(CAST(path AS VARCHAR), '') || ' ' || COALESCE(CAST(kind AS VARCHAR), '') AS key_text
FROM meta_schema_drift WHERE stream IS NULL OR path IS NULL OR kind IS NULL
