-- Severity: warn
-- Description: A record is aligned exactly where its rate says that something passed.
SELECT monitor_id, record_id, spf_aligned, spf_pass_rate, dkim_aligned, dkim_pass_rate
FROM report_records
WHERE (spf_aligned AND spf_pass_rate = 0) OR (NOT spf_aligned AND spf_pass_rate = 1)
  OR (dkim_aligned AND dkim_pass_rate = 0) OR (NOT dkim_aligned AND dkim_pass_rate = 1)
