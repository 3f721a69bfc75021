-- Severity: warn
-- Description: Everything the newest run received could be read.
SELECT stream, locator, path, level, reason
FROM meta_quarantine
WHERE run_id = (SELECT MAX(run_id) FROM meta_runs)
