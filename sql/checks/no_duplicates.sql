-- Severity: warn
-- Description: No answer of the newest run repeated an item of an earlier one.
-- Trap: rows that move while pages are read are repeated; the last one counts, and nothing is lost.
SELECT run_id, superseded
FROM meta_runs
WHERE superseded > 0 AND run_number = (SELECT MAX(run_number) FROM meta_runs)
