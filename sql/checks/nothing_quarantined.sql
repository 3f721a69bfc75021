-- Severity: warn
-- Description: Everything the newest run received could be read.
SELECT stream, locator, path, level, reason
FROM meta_quarantine
WHERE run_id = (SELECT run_id FROM meta_runs WHERE run_number = (SELECT MAX(run_number) FROM meta_runs))
