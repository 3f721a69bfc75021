-- Purpose: the DMARC policy of each domain as published now, what it amounts to, and what the account wants.
-- Grain: a monitor that is not replaced (monitor_id).
-- Inputs: monitors, dmarc_policies.
-- Traps: effective_* is what every failing message gets at least, after defaults, pct and t=y. record_state tells
--   not_told (the API said nothing) from none (looked up, nothing published). dmarc_valid is the API's word: that the
--   record is the wanted one, not that it enforces anything. enforcement_level: 0 none, 1 partial (pct, t=y or weaker
--   subdomains), 2 quarantine, 3 reject; NULL without a record.
SELECT
  monitors.monitor_id AS monitor_id,
  monitors.domain_name,
  monitors.is_active,
  CASE
    WHEN monitors.dmarc_record IS NULL THEN 'not_told'
    WHEN TRIM(monitors.dmarc_record) = '' THEN 'none'
    WHEN published.is_valid THEN 'valid'
    ELSE 'invalid'
  END AS record_state,
  monitors.dmarc_record,
  published.errors,
  published.p AS p,
  published.sp,
  published.np,
  COALESCE(published.adkim, CASE WHEN published.effective_p IS NOT NULL THEN 'r' END) AS adkim,
  COALESCE(published.aspf, CASE WHEN published.effective_p IS NOT NULL THEN 'r' END) AS aspf,
  published.pct,
  published.t,
  published.fo,
  published.rua,
  published.ruf,
  published.effective_p AS effective_p,
  published.effective_sp,
  CASE
    WHEN published.effective_p IS NULL THEN NULL
    WHEN published.p IS NULL OR published.p = 'none' THEN 0
    WHEN published.effective_p <> published.p OR published.effective_sp = 'none' THEN 1
    WHEN published.effective_p = 'reject' AND published.effective_sp = 'quarantine' THEN 1
    WHEN published.effective_p = 'quarantine' THEN 2
    ELSE 3
  END AS enforcement_level,
  (published.effective_p <> 'none' AND published.effective_sp = 'none')
    OR (published.effective_p = 'reject' AND published.effective_sp = 'quarantine') AS is_sp_weaker,
  monitors.wanted_dmarc_record,
  wanted.p AS wanted_p,
  wanted.effective_p AS wanted_effective_p,
  monitors.dmarc_valid,
  monitors.spf_record,
  monitors.spf_status
FROM monitors
LEFT JOIN (
  SELECT monitor_id, is_valid, errors, p, sp, np, adkim, aspf, pct, t, fo, rua, ruf, effective_p, effective_sp
  FROM dmarc_policies
  WHERE kind = 'published'
) published ON published.monitor_id = monitors.monitor_id
LEFT JOIN (
  SELECT monitor_id, p, effective_p FROM dmarc_policies WHERE kind = 'wanted'
) wanted ON wanted.monitor_id = monitors.monitor_id
WHERE monitors.replaced_by IS NULL
