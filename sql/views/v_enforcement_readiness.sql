-- Purpose: whether each domain is ready for p=quarantine or p=reject, and what stands in the way.
-- Grain: a monitor that is not replaced (monitor_id), also one without messages.
-- Inputs: v_records, v_source_class, v_policy_current, v_policy_drift, v_aggregated_current, meta_runs, parameters.
-- Traps: the last window_days up to today. Spoofing lowers the overall rate and is what a policy should stop: only
--   the rate of known sources counts, and without favourites "known" is a guess, which is a blocker. `blockers` is
--   what stands against p=reject, joined by "; ", NULL if nothing does; p=quarantine asks less and can be ready all
--   the same. A parked domain (SPF is -all only, nothing passed) is ready for reject at once. Rates and the least
--   volumes are of messages whose verdict is known: unknown_volume neither helps nor harms.
SELECT
  judged.monitor_id,
  judged.domain_name,
  CAST(judged.window_days AS INTEGER) AS window_days,
  judged.volume,
  judged.pass_volume,
  judged.fail_volume,
  judged.unknown_volume,
  judged.days_with_data,
  judged.days_of_data,
  judged.reporters,
  CAST(judged.pass_volume AS DOUBLE) / NULLIF(judged.told_volume, 0) AS overall_pass_rate,
  judged.known_volume,
  judged.known_pass_rate,
  judged.known_fail_volume,
  judged.fail_volume - judged.known_fail_volume AS unknown_fail_volume,
  judged.worst_known_source,
  judged.new_known_sources,
  judged.known_pass_rate_drop,
  CAST(judged.dkim_aligned_volume AS DOUBLE) / NULLIF(judged.dkim_told_volume, 0) AS dkim_rate,
  judged.effective_p,
  judged.enforcement_level,
  judged.is_sp_weaker,
  judged.drifted_tags,
  judged.has_favorites,
  judged.is_parked,
  CASE
    WHEN judged.told_volume >= judged.reject_min_volume AND judged.days_of_data >= judged.reject_min_days THEN 'high'
    WHEN judged.told_volume >= judged.quarantine_min_volume AND judged.days_of_data >= judged.quarantine_min_days
      THEN 'medium'
    ELSE 'low'
  END AS confidence,
  CASE
    WHEN judged.is_parked THEN 'reject'
    WHEN judged.blockers = '' THEN 'reject'
    WHEN judged.known_pass_rate >= judged.quarantine_min_pass_rate
      AND judged.told_volume >= judged.quarantine_min_volume AND judged.days_of_data >= judged.quarantine_min_days
      THEN 'quarantine'
    ELSE 'none'
  END AS ready_for,
  CASE WHEN judged.is_parked THEN NULL ELSE NULLIF(SUBSTR(judged.blockers, 3), '') END AS blockers
FROM (
  SELECT
    facts.monitor_id, facts.domain_name, facts.volume, facts.pass_volume, facts.fail_volume, facts.unknown_volume,
    facts.volume - facts.unknown_volume AS told_volume, facts.dkim_told_volume, facts.days_with_data,
    facts.days_of_data, facts.reporters, facts.known_volume, facts.known_pass_rate, facts.known_fail_volume,
    facts.worst_known_source, facts.new_known_sources, facts.known_pass_rate_drop, facts.dkim_aligned_volume,
    facts.effective_p, facts.enforcement_level, facts.is_sp_weaker, facts.drifted_tags, facts.has_favorites,
    facts.is_parked, limits.window_days, limits.quarantine_min_pass_rate, limits.quarantine_min_days,
    limits.quarantine_min_volume, limits.reject_min_days, limits.reject_min_volume,
    CASE WHEN facts.record_state IN ('none', 'invalid') THEN '; no valid DMARC record is published' ELSE '' END
      || CASE
        WHEN facts.volume - facts.unknown_volume < limits.reject_min_volume
          THEN '; only ' || CAST(facts.volume - facts.unknown_volume AS String) || ' of '
          || CAST(CAST(limits.reject_min_volume AS BIGINT) AS String) || ' messages'
        ELSE ''
      END
      || CASE
        WHEN facts.days_of_data < limits.reject_min_days THEN '; only ' || CAST(facts.days_of_data AS String) || ' of '
          || CAST(CAST(limits.reject_min_days AS BIGINT) AS String) || ' days of data' ELSE ''
      END
      || CASE
        WHEN facts.known_volume = 0 THEN '; no known source sent anything'
        WHEN facts.known_pass_rate IS NULL THEN '; no verdict of known sources is told'
        ELSE ''
      END
      || CASE
        WHEN facts.known_pass_rate < limits.reject_min_pass_rate THEN '; known sources fail '
          || CAST(facts.known_fail_volume AS String) || ' of ' || CAST(facts.known_told_volume AS String) || ' messages'
        ELSE ''
      END
      || CASE
        WHEN facts.known_pass_rate_drop > limits.max_drop THEN '; the pass rate of known sources fell' ELSE ''
      END
      || CASE WHEN facts.new_known_sources > 0 THEN '; new known sources: '
        || CAST(facts.new_known_sources AS String) ELSE '' END
      || CASE WHEN facts.has_favorites THEN '' ELSE '; no trusted sources marked' END
      || CASE WHEN facts.is_sp_weaker THEN '; subdomains have a weaker policy' ELSE '' END
      || CASE WHEN facts.drifted_tags > 0 THEN '; the published record is not the wanted one' ELSE '' END
      || CASE
        WHEN facts.effective_p IN ('quarantine', 'reject') THEN '' ELSE '; the policy is not yet quarantine'
      END AS blockers
  FROM (
    SELECT
      policies.monitor_id AS monitor_id, policies.domain_name, policies.record_state, policies.effective_p,
      policies.enforcement_level, COALESCE(policies.is_sp_weaker, FALSE) AS is_sp_weaker,
      COALESCE(sums.volume, 0) AS volume, COALESCE(sums.pass_volume, 0) AS pass_volume,
      COALESCE(sums.fail_volume, 0) AS fail_volume, COALESCE(sums.unknown_volume, 0) AS unknown_volume,
      COALESCE(reports.days_with_data, 0) AS days_with_data, COALESCE(reports.days_of_data, 0) AS days_of_data,
      COALESCE(reports.reporters, 0) AS reporters,
      sums.dkim_aligned_volume, sums.dkim_told_volume, COALESCE(sums.known_volume, 0) AS known_volume,
      COALESCE(sums.known_told_volume, 0) AS known_told_volume,
      COALESCE(sums.known_told_volume - sums.known_pass_volume, 0) AS known_fail_volume,
      CAST(sums.known_pass_volume AS DOUBLE) / NULLIF(sums.known_told_volume, 0) AS known_pass_rate,
      CAST(sums.known_pass_volume - sums.known_recent_pass_volume AS DOUBLE)
        / NULLIF(sums.known_told_volume - sums.known_recent_told_volume, 0)
        - CAST(sums.known_recent_pass_volume AS DOUBLE) / NULLIF(sums.known_recent_told_volume, 0)
        AS known_pass_rate_drop,
      sums.worst_known_source,
      COALESCE(sums.new_known_sources, 0) AS new_known_sources,
      COALESCE(drift.drifted_tags, 0) AS drifted_tags,
      COALESCE(classes.favorites, 0) > 0 AS has_favorites,
      COALESCE(REPLACE(LOWER(policies.spf_record), ' ', '') = 'v=spf1-all' AND COALESCE(sums.pass_volume, 0) = 0
        AND COALESCE(sums.unknown_volume, 0) = 0, FALSE) AS is_parked
    FROM v_policy_current policies
    LEFT JOIN (
      SELECT
        sources.monitor_id,
        CAST(SUM(sources.volume) AS BIGINT) AS volume,
        CAST(SUM(sources.pass_volume) AS BIGINT) AS pass_volume,
        CAST(SUM(sources.fail_volume) AS BIGINT) AS fail_volume,
        CAST(SUM(sources.unknown_volume) AS BIGINT) AS unknown_volume,
        SUM(sources.dkim_aligned_volume) AS dkim_aligned_volume,
        SUM(sources.dkim_told_volume) AS dkim_told_volume,
        CAST(SUM(CASE WHEN sources.is_known THEN sources.volume ELSE 0 END) AS BIGINT) AS known_volume,
        CAST(SUM(CASE WHEN sources.is_known THEN sources.pass_volume ELSE 0 END) AS BIGINT) AS known_pass_volume,
        CAST(SUM(CASE WHEN sources.is_known THEN sources.volume - sources.unknown_volume ELSE 0 END) AS BIGINT)
          AS known_told_volume,
        SUM(CASE WHEN sources.is_known THEN sources.recent_told_volume ELSE 0 END) AS known_recent_told_volume,
        SUM(CASE WHEN sources.is_known THEN sources.recent_pass_volume ELSE 0 END) AS known_recent_pass_volume,
        CAST(SUM(CASE WHEN sources.is_known AND sources.is_new THEN 1 ELSE 0 END) AS BIGINT) AS new_known_sources,
        MAX(CASE WHEN sources.position = 1 AND sources.known_fail_volume > 0 THEN sources.ip_canonical END)
          AS worst_known_source
      FROM (
        SELECT
          ranked.monitor_id, ranked.ip_canonical, ranked.is_known, ranked.is_new, ranked.volume, ranked.pass_volume,
          ranked.fail_volume, ranked.unknown_volume, ranked.dkim_aligned_volume, ranked.dkim_told_volume,
          ranked.recent_told_volume, ranked.recent_pass_volume, ranked.known_fail_volume,
          ROW_NUMBER() OVER (
            PARTITION BY ranked.monitor_id ORDER BY ranked.known_fail_volume DESC, ranked.ip_canonical
          ) AS position
        FROM (
          SELECT
            classes.monitor_id AS monitor_id, classes.ip_canonical AS ip_canonical, classes.is_known, classes.is_new,
            sums.volume AS volume, sums.pass_volume AS pass_volume, sums.fail_volume AS fail_volume,
            sums.unknown_volume AS unknown_volume, sums.dkim_aligned_volume, sums.dkim_told_volume,
            sums.recent_told_volume, sums.recent_pass_volume,
            CASE WHEN classes.is_known THEN COALESCE(sums.fail_volume, 0) ELSE 0 END AS known_fail_volume
          FROM v_source_class classes
          LEFT JOIN (
            SELECT
              r.monitor_id, r.ip_canonical, SUM(r.volume) AS volume, SUM(r.pass_volume) AS pass_volume,
              SUM(r.fail_volume) AS fail_volume, SUM(r.unknown_volume) AS unknown_volume,
              SUM(r.dkim_aligned_volume) AS dkim_aligned_volume,
              SUM(CASE WHEN r.dkim_aligned_volume IS NOT NULL THEN r.volume END) AS dkim_told_volume,
              SUM(CASE
                WHEN r.report_day > today.as_of_day - limits.recent_days THEN r.volume - r.unknown_volume ELSE 0
              END) AS recent_told_volume,
              SUM(CASE WHEN r.report_day > today.as_of_day - limits.recent_days THEN r.pass_volume ELSE 0 END)
                AS recent_pass_volume
            FROM v_records r
            CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
            CROSS JOIN (
              SELECT
                MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
                MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days
              FROM parameters
            ) limits
            WHERE r.report_day > today.as_of_day - limits.window_days AND r.report_day <= today.as_of_day
            GROUP BY r.monitor_id, r.ip_canonical
          ) sums ON sums.monitor_id = classes.monitor_id AND sums.ip_canonical = classes.ip_canonical
        ) ranked
      ) sources
      GROUP BY sources.monitor_id
    ) sums ON sums.monitor_id = policies.monitor_id
    LEFT JOIN (
      SELECT
        r.monitor_id,
        CAST(COUNT(DISTINCT r.report_day) AS BIGINT) AS days_with_data,
        CAST(MAX(today.as_of_day) - MIN(r.report_day) + 1 AS BIGINT) AS days_of_data,
        CAST(COUNT(DISTINCT r.reporter) AS BIGINT) AS reporters
      FROM v_records r
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
      CROSS JOIN (SELECT MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days FROM parameters) limits
      WHERE r.volume > 0 AND r.report_day > today.as_of_day - limits.window_days AND r.report_day <= today.as_of_day
      GROUP BY r.monitor_id
    ) reports ON reports.monitor_id = policies.monitor_id
    LEFT JOIN (
      SELECT monitor_id, CAST(COUNT(*) AS BIGINT) AS drifted_tags
      FROM v_policy_drift
      WHERE severity = 'high'
      GROUP BY monitor_id
    ) drift ON drift.monitor_id = policies.monitor_id
    LEFT JOIN (
      SELECT monitor_id, SUM(CASE WHEN is_favorite THEN 1 ELSE 0 END) AS favorites
      FROM v_aggregated_current
      GROUP BY monitor_id
    ) classes ON classes.monitor_id = policies.monitor_id
  ) facts
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
      MAX(CASE WHEN name = 'quarantine_min_pass_rate' THEN value END) AS quarantine_min_pass_rate,
      MAX(CASE WHEN name = 'quarantine_min_days' THEN value END) AS quarantine_min_days,
      MAX(CASE WHEN name = 'quarantine_min_volume' THEN value END) AS quarantine_min_volume,
      MAX(CASE WHEN name = 'reject_min_pass_rate' THEN value END) AS reject_min_pass_rate,
      MAX(CASE WHEN name = 'reject_min_days' THEN value END) AS reject_min_days,
      MAX(CASE WHEN name = 'reject_min_volume' THEN value END) AS reject_min_volume,
      MAX(CASE WHEN name = 'readiness_max_drop' THEN value END) AS max_drop
    FROM parameters
  ) limits
) judged
