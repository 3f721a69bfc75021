-- Severity: warn
-- Description: The newest run brought no enumeration value that the contract does not know.
SELECT stream, path, sample
FROM meta_schema_drift
WHERE kind = 'enum' AND last_seen_run_id = (SELECT run_id FROM meta_runs WHERE run_number = (SELECT MAX(run_number) FROM meta_runs))
