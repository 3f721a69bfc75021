-- Severity: error
-- Description: The rows that name the newest run are as many as the items that its account says were new or changed.
-- Trap: only the newest run can be counted so: a later one takes over the rows that it changes.
SELECT runs.run_id, runs.inserted + runs.changed AS told, COALESCE(rows.stored, 0) AS stored
FROM meta_runs runs
LEFT JOIN (
  SELECT _run_id, CAST(COUNT(*) AS BIGINT) AS stored
  FROM (
    SELECT _run_id FROM monitors
    UNION ALL SELECT _run_id FROM aggregated_reports
    UNION ALL SELECT _run_id FROM report_records
    UNION ALL SELECT _run_id FROM report_sources
  ) named GROUP BY _run_id
) rows ON rows._run_id = runs.run_id
WHERE runs.run_number = (SELECT MAX(run_number) FROM meta_runs)
  AND runs.inserted + runs.changed <> COALESCE(rows.stored, 0)
