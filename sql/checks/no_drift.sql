-- Severity: warn
-- Description: The newest run brought no field and no type that the contract does not know.
SELECT stream, path, kind, sample
FROM meta_schema_drift
WHERE kind IN ('field', 'type') AND last_seen_run_id = (SELECT run_id FROM meta_runs WHERE run_number = (SELECT MAX(run_number) FROM meta_runs))
