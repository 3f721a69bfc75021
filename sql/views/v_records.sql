-- Purpose: every detail record with its volume split into the four outcomes of DMARC.
-- Grain: a detail record (monitor_id, record_id).
-- Inputs: report_records, v_aggregated_current, monitors, meta_runs, parameters.
-- Traps: sum `volume`, never count rows. Rates are weighted by volume: SUM(pass_volume) / SUM(volume -
--   unknown_volume), 0/0 is NULL. Pass is aligned SPF or aligned DKIM. Not told is not false: what the other rates do
--   not decide is unknown_volume (neither pass nor fail) or unattributed_volume (pass, but by SPF, DKIM or both is
--   not known). Pass, fail and unknown add up to the volume; both, dkim_only, spf_only and unattributed to the pass
--   volume. spf_aligned_volume and dkim_aligned_volume are NULL where not known. A rate strictly between 0 and 1
--   makes the split an estimate: is_exact is false, and also where anything is unknown. The raw results in
--   auth_results play no part. Records that the API took back are left out, and those of a replaced monitor that
--   the newer one serves again. The last days are not settled: reports of them are still to come. Where a record does not
--   tell the domain or the country of its source, the newest listing's are taken. What is not known at all is the
--   group (unknown). Only A to Z are put into lower case: engines differ in other letters.
SELECT
  split.monitor_id AS monitor_id,
  monitors.domain_name,
  split.record_id,
  split.report_date,
  split.report_day,
  (today.as_of_day - split.report_day) > limits.settled_after_days AS is_settled,
  split.requested_ip AS requested_ip,
  split.ip_address AS ip_address,
  COALESCE(NULLIF(split.ip_canonical, ''), '(unknown)') AS ip_canonical,
  split.ip_version,
  split.ip_network,
  split.ip_scope,
  COALESCE(
    CASE WHEN LOWER(split.told_domain) = split.told_domain THEN split.told_domain
      ELSE translate(split.told_domain, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END,
    listed.source_domain, '(unknown)'
  ) AS source_domain,
  COALESCE(
    CASE WHEN UPPER(split.country_code) = split.country_code THEN split.country_code
      ELSE translate(split.country_code, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') END,
    listed.country_code, '(unknown)'
  ) AS country_code,
  COALESCE(
    CASE WHEN LOWER(split.report_source) = split.report_source THEN split.report_source
      ELSE translate(split.report_source, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END,
    '(unknown)'
  ) AS reporter,
  split.volume,
  split.pass_volume,
  split.volume - split.pass_volume - split.unknown_volume AS fail_volume,
  split.unknown_volume,
  split.spf_aligned_volume,
  split.dkim_aligned_volume,
  split.pass_volume - split.dkim_only_volume - split.spf_only_volume - split.unattributed_volume AS both_volume,
  split.dkim_only_volume,
  split.spf_only_volume,
  split.unattributed_volume,
  split.is_volume_known,
  split.is_exact,
  CASE
    WHEN split.volume = 0 THEN NULL
    WHEN split.unknown_volume > 0 THEN 'unknown'
    WHEN split.pass_volume * 2 < split.volume THEN 'fail'
    WHEN split.unattributed_volume > 0 THEN 'unknown'
    WHEN split.dkim_only_volume * 2 > split.pass_volume THEN 'dkim_only'
    WHEN split.spf_only_volume * 2 > split.pass_volume THEN 'spf_only'
    ELSE 'both'
  END AS outcome,
  CASE
    WHEN COALESCE(TRIM(split.applied_policy), '') = '' THEN 'unknown'
    WHEN LOWER(TRIM(split.applied_policy)) IN ('none', 'pass') THEN 'none'
    WHEN LOWER(TRIM(split.applied_policy)) = 'quarantine' THEN 'quarantine'
    WHEN LOWER(TRIM(split.applied_policy)) = 'reject' THEN 'reject'
    ELSE 'other'
  END AS policy_action,
  CASE WHEN LOWER(split.override_reason) = split.override_reason THEN split.override_reason
    ELSE translate(split.override_reason, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
  END AS override_reason,
  split.override_comment,
  split.spf_domain,
  split.dkim_domain,
  split.created_at AS created_at
FROM (
  SELECT
    passed.*,
    CASE WHEN passed.is_split THEN passed.pass_volume - passed.spf_aligned_volume ELSE 0 END AS dkim_only_volume,
    CASE
      WHEN NOT passed.is_split THEN 0
      WHEN passed.pass_volume - passed.dkim_aligned_volume < passed.spf_aligned_volume
        THEN passed.pass_volume - passed.dkim_aligned_volume
      ELSE passed.spf_aligned_volume
    END AS spf_only_volume,
    CASE WHEN passed.is_split THEN 0 ELSE passed.pass_volume END AS unattributed_volume
  FROM (
    SELECT
      counted.*,
      CASE
        WHEN counted.dmarc_rate IS NULL OR counted.spf_estimate <= counted.pass_volume THEN counted.spf_estimate
        WHEN counted.spf_estimate > counted.pass_volume THEN counted.pass_volume
      END AS spf_aligned_volume,
      CASE
        WHEN counted.dmarc_rate IS NULL OR counted.dkim_estimate <= counted.pass_volume THEN counted.dkim_estimate
        WHEN counted.dkim_estimate > counted.pass_volume THEN counted.pass_volume
      END AS dkim_aligned_volume
    FROM (
      SELECT
        rated.*,
        COALESCE(CAST(FLOOR(rated.volume * rated.dmarc_rate + 0.5) AS BIGINT), 0) AS pass_volume,
        CASE WHEN rated.dmarc_rate IS NULL THEN rated.volume ELSE 0 END AS unknown_volume,
        CAST(FLOOR(rated.volume * rated.spf_rate + 0.5) AS BIGINT) AS spf_estimate,
        CAST(FLOOR(rated.volume * rated.dkim_rate + 0.5) AS BIGINT) AS dkim_estimate,
        rated.dmarc_rate IS NOT NULL AND rated.spf_rate IS NOT NULL AND rated.dkim_rate IS NOT NULL AS is_split,
        rated.is_volume_known AND COALESCE(
          rated.dmarc_rate IN (0, 1) AND rated.spf_rate IN (0, 1) AND rated.dkim_rate IN (0, 1), FALSE
        ) AS is_exact
      FROM (
        SELECT
          told.*,
          COALESCE(told.dmarc_told, CASE
            WHEN told.spf_told = 1 OR told.dkim_told = 1 THEN 1
            WHEN told.spf_told = 0 THEN told.dkim_told
            WHEN told.dkim_told = 0 THEN told.spf_told
          END) AS dmarc_rate,
          COALESCE(told.spf_told, CASE
            WHEN told.dmarc_told = 0 THEN 0 WHEN told.dkim_told = 0 THEN told.dmarc_told
          END) AS spf_rate,
          COALESCE(told.dkim_told, CASE
            WHEN told.dmarc_told = 0 THEN 0 WHEN told.spf_told = 0 THEN told.dmarc_told
          END) AS dkim_rate
        FROM (
          SELECT
            r.monitor_id, r.record_id, r.requested_ip, r.ip_address, r.ip_canonical, r.ip_version, r.ip_network,
            r.ip_scope, r.report_date, r.report_day, r.created_at,
            COALESCE(NULLIF(TRIM(r.ip_domain), ''), NULLIF(TRIM(r.domain), '')) AS told_domain,
            NULLIF(TRIM(r.country_code), '') AS country_code, NULLIF(TRIM(r.report_source), '') AS report_source,
            r.applied_policy, NULLIF(TRIM(r.override_reason), '') AS override_reason,
            NULLIF(TRIM(r.override_comment), '') AS override_comment, r.spf_domain, r.dkim_domain,
            COALESCE(r.total_volume, 0) AS volume,
            r.total_volume IS NOT NULL AS is_volume_known,
            r.dmarc_pass_rate AS dmarc_told,
            COALESCE(r.spf_pass_rate, CASE WHEN r.spf_aligned THEN 1 WHEN NOT r.spf_aligned THEN 0 END) AS spf_told,
            COALESCE(r.dkim_pass_rate, CASE WHEN r.dkim_aligned THEN 1 WHEN NOT r.dkim_aligned THEN 0 END) AS dkim_told
          FROM report_records r
          WHERE r.withdrawn_date IS NULL
        ) told
      ) rated
    ) counted
  ) passed
) split
LEFT JOIN monitors ON monitors.monitor_id = split.monitor_id
LEFT JOIN (
  SELECT monitor_id, ip_address, MAX(source_domain) AS source_domain, MAX(country_code) AS country_code
  FROM v_aggregated_current
  GROUP BY monitor_id, ip_address
) listed ON listed.monitor_id = split.monitor_id AND listed.ip_address = split.requested_ip
CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
CROSS JOIN (SELECT MAX(value) AS settled_after_days FROM parameters WHERE name = 'settled_after_days') limits
