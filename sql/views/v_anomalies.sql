-- Purpose: what is odd of late: new and failing sources, spikes, drops, silence, changed records.
-- Grain: a monitor, rule, day and subject (monitor_id, rule, anomaly_date, subject).
-- Inputs: v_records, v_domain_daily, v_new_sources, v_source_class, v_dkim_selectors, v_reporters, monitor_history,
--   monitors, calendar, meta_runs, parameters.
-- Traps: nothing here is a proof. No row means that no rule found anything, no_data that there was nothing to judge. A
--   day is compared with the mean of its weekday in the 4 weeks before; drops are told of settled days only. volume
--   and baseline are messages of what the rule looked at; NULL where none are meant. Only days up to today are judged,
--   rates by the messages whose verdict is known, and nothing is told of replaced monitors.
WITH daily AS (
  SELECT
    v_domain_daily.monitor_id, v_domain_daily.report_date, v_domain_daily.report_day, v_domain_daily.is_settled,
    v_domain_daily.volume, v_domain_daily.pass_volume, v_domain_daily.unknown_volume,
    today.as_of_day - v_domain_daily.report_day AS age
  FROM v_domain_daily
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  WHERE v_domain_daily.report_day <= today.as_of_day
)
SELECT
  found.monitor_id AS monitor_id,
  monitors.domain_name,
  found.rule,
  found.severity,
  found.anomaly_date,
  found.subject,
  CAST(found.volume AS BIGINT) AS volume,
  CAST(FLOOR(found.baseline + 0.5) AS BIGINT) AS baseline
FROM (
  SELECT
    fresh.monitor_id,
    CASE
      WHEN fresh.fail_volume * 2 > fresh.volume - fresh.unknown_volume THEN 'new_source_failing' ELSE 'new_source'
    END AS rule,
    fresh.severity,
    fresh.first_seen_date AS anomaly_date,
    fresh.ip_canonical AS subject,
    fresh.volume,
    CAST(NULL AS DOUBLE) AS baseline
  FROM v_new_sources fresh

  UNION ALL
  SELECT
    countries.monitor_id, 'new_country' AS rule, 'medium' AS severity, countries.first_date AS anomaly_date,
    countries.country_code AS subject, countries.volume, CAST(NULL AS DOUBLE) AS baseline
  FROM (
    SELECT
      sums.monitor_id, sums.country_code, sums.first_date, sums.first_day, sums.volume,
      MIN(sums.first_day) OVER (PARTITION BY sums.monitor_id) AS monitor_first_day
    FROM (
      SELECT
        r.monitor_id, r.country_code, MIN(r.report_date) AS first_date, MIN(r.report_day) AS first_day,
        SUM(r.volume) AS volume
      FROM v_records r
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
      WHERE r.volume > 0 AND r.report_day <= today.as_of_day
      GROUP BY r.monitor_id, r.country_code
    ) sums
  ) countries
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'new_source_days' THEN value END) AS new_days,
      MAX(CASE WHEN name = 'new_source_grace_days' THEN value END) AS grace_days
    FROM parameters
  ) limits
  WHERE countries.country_code <> '(unknown)' AND countries.first_day > today.as_of_day - limits.new_days
    AND countries.first_day >= countries.monitor_first_day + limits.grace_days

  UNION ALL
  SELECT
    days.monitor_id,
    CASE WHEN days.volume > days.baseline THEN 'volume_spike' ELSE 'volume_drop' END AS rule,
    'medium' AS severity, days.report_date AS anomaly_date, '' AS subject, days.volume, days.baseline
  FROM (
    SELECT
      weeks.monitor_id, weeks.report_date, weeks.report_day, weeks.is_settled, weeks.volume, weeks.has_baseline,
      CAST(weeks.back_7 + weeks.back_14 + weeks.back_21 + weeks.back_28 AS DOUBLE) / 4 AS baseline
    FROM (
      SELECT
        daily.monitor_id, daily.report_date, daily.report_day, daily.is_settled, daily.volume,
        COUNT(daily.volume) OVER (
          PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 28 PRECEDING AND 28 PRECEDING
        ) AS has_baseline,
        SUM(daily.volume) OVER (
          PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 7 PRECEDING AND 7 PRECEDING
        ) AS back_7,
        SUM(daily.volume) OVER (
          PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 14 PRECEDING AND 14 PRECEDING
        ) AS back_14,
        SUM(daily.volume) OVER (
          PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 21 PRECEDING AND 21 PRECEDING
        ) AS back_21,
        SUM(daily.volume) OVER (
          PARTITION BY daily.monitor_id ORDER BY daily.report_day ROWS BETWEEN 28 PRECEDING AND 28 PRECEDING
        ) AS back_28
      FROM daily
    ) weeks
  ) days
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'spike_ratio' THEN value END) AS spike_ratio,
      MAX(CASE WHEN name = 'drop_ratio' THEN value END) AS drop_ratio,
      MAX(CASE WHEN name = 'anomaly_min_volume' THEN value END) AS min_volume,
      MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days,
      MAX(CASE WHEN name = 'settled_after_days' THEN value END) AS settled_days
    FROM parameters
  ) limits
  WHERE days.has_baseline = 1 AND days.report_day >= today.as_of_day - limits.settled_days - limits.recent_days
    AND (
      (days.volume >= limits.spike_ratio * days.baseline AND days.volume >= days.baseline + limits.min_volume)
      OR (
        days.is_settled AND days.volume <= limits.drop_ratio * days.baseline
        AND days.volume <= days.baseline - limits.min_volume
      )
    )

  UNION ALL
  SELECT
    rates.monitor_id,
    CASE WHEN rates.is_known = 1 THEN 'known_source_now_failing' ELSE 'pass_rate_drop' END AS rule,
    'high' AS severity, today.as_of_date AS anomaly_date, rates.subject,
    rates.recent_volume - rates.recent_pass_volume AS volume,
    CAST(rates.before_volume - rates.before_pass_volume AS DOUBLE) AS baseline
  FROM (
    SELECT
      both_levels.monitor_id, both_levels.is_known, both_levels.subject,
      SUM(CASE WHEN both_levels.age < limits.recent_days THEN both_levels.volume ELSE 0 END) AS recent_volume,
      SUM(CASE WHEN both_levels.age < limits.recent_days THEN both_levels.pass_volume ELSE 0 END)
        AS recent_pass_volume,
      SUM(CASE WHEN both_levels.age < limits.recent_days THEN 0 ELSE both_levels.volume END) AS before_volume,
      SUM(CASE WHEN both_levels.age < limits.recent_days THEN 0 ELSE both_levels.pass_volume END)
        AS before_pass_volume,
      MAX(limits.min_volume) AS min_volume,
      MAX(limits.max_drop) AS max_drop
    FROM (
      SELECT
        daily.monitor_id, 0 AS is_known, '' AS subject, daily.volume - daily.unknown_volume AS volume,
        daily.pass_volume, daily.age
      FROM daily
      UNION ALL
      SELECT
        r.monitor_id AS monitor_id, 1 AS is_known, r.ip_canonical AS subject, r.volume - r.unknown_volume AS volume,
        r.pass_volume, today.as_of_day - r.report_day AS age
      FROM v_records r
      JOIN (SELECT monitor_id, ip_canonical FROM v_source_class WHERE is_known) classes
        ON classes.monitor_id = r.monitor_id AND classes.ip_canonical = r.ip_canonical
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
    ) both_levels
    CROSS JOIN (
      SELECT
        MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
        MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days,
        MAX(CASE WHEN name = 'anomaly_min_volume' THEN value END) AS min_volume,
        MAX(CASE WHEN name = 'pass_rate_drop' THEN value END) AS max_drop
      FROM parameters
    ) limits
    WHERE both_levels.age >= 0 AND both_levels.age < limits.window_days
    GROUP BY both_levels.monitor_id, both_levels.is_known, both_levels.subject
  ) rates
  CROSS JOIN (SELECT MAX(as_of_date) AS as_of_date FROM meta_runs) today
  WHERE (
    rates.is_known = 0 AND rates.recent_volume >= rates.min_volume AND rates.before_volume >= rates.min_volume
    AND CAST(rates.before_pass_volume AS DOUBLE) / NULLIF(rates.before_volume, 0)
      - CAST(rates.recent_pass_volume AS DOUBLE) / NULLIF(rates.recent_volume, 0) >= rates.max_drop
  ) OR (
    rates.is_known = 1 AND rates.recent_pass_volume * 2 < rates.recent_volume
    AND rates.before_pass_volume * 2 > rates.before_volume
  )

  UNION ALL
  SELECT
    gone.monitor_id, 'selector_disappeared' AS rule, 'low' AS severity, gone.last_date AS anomaly_date,
    gone.selector || '._domainkey.' || gone.signing_domain AS subject, gone.messages_with_signature AS volume,
    CAST(NULL AS DOUBLE) AS baseline
  FROM (
    SELECT
      selectors.monitor_id, selectors.selector, selectors.signing_domain, selectors.messages_with_signature,
      calendar.day AS last_date, selectors.last_day AS last_day
    FROM v_dkim_selectors selectors
    JOIN calendar ON calendar.day_number = selectors.last_day
    WHERE selectors.is_own_domain
  ) gone
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
      MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days,
      MAX(CASE WHEN name = 'anomaly_min_volume' THEN value END) AS min_volume,
      MAX(CASE WHEN name = 'settled_after_days' THEN value END) AS settled_days
    FROM parameters
  ) limits
  WHERE gone.last_day > today.as_of_day - limits.window_days
    AND gone.last_day < today.as_of_day - limits.settled_days - limits.recent_days
    AND gone.messages_with_signature >= limits.min_volume

  UNION ALL
  SELECT
    silent.monitor_id, 'reporter_silent' AS rule, 'low' AS severity, silent.last_date AS anomaly_date,
    silent.reporter AS subject, silent.volume, CAST(NULL AS DOUBLE) AS baseline
  FROM v_reporters silent
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
      MAX(CASE WHEN name = 'anomaly_min_volume' THEN value END) AS min_volume
    FROM parameters
  ) limits
  WHERE silent.is_silent AND silent.days_silent < limits.window_days AND silent.volume >= limits.min_volume

  UNION ALL
  SELECT
    listed.monitor_id AS monitor_id, 'no_data' AS rule, 'high' AS severity, today.as_of_date AS anomaly_date,
    '' AS subject, 0 AS volume, CAST(NULL AS DOUBLE) AS baseline
  FROM monitors listed
  CROSS JOIN (SELECT MAX(as_of_date) AS as_of_date, MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (SELECT MAX(CASE WHEN name = 'no_data_days' THEN value END) AS no_data_days FROM parameters) limits
  LEFT JOIN (
    SELECT daily.monitor_id, MAX(daily.report_day) AS last_day
    FROM daily
    WHERE daily.volume > 0
    GROUP BY daily.monitor_id
  ) latest ON latest.monitor_id = listed.monitor_id
  WHERE listed.is_active AND today.as_of_date IS NOT NULL
    AND (latest.last_day IS NULL OR today.as_of_day - latest.last_day >= limits.no_data_days)

  UNION ALL
  SELECT
    changes.monitor_id, changes.rule,
    CASE WHEN changes.rule = 'policy_weakened' THEN 'high' ELSE 'medium' END AS severity,
    changes.valid_from_date AS anomaly_date, changes.subject, CAST(NULL AS BIGINT) AS volume,
    CAST(NULL AS DOUBLE) AS baseline
  FROM (
    SELECT
      versions.monitor_id, versions.valid_from_date,
      CASE
        WHEN kinds.kind = 'spf' THEN 'spf_changed'
        WHEN versions.strictness < versions.strictness_before THEN 'policy_weakened'
        ELSE 'policy_changed'
      END AS rule,
      CASE kinds.kind WHEN 'spf' THEN COALESCE(versions.spf_record, '') ELSE COALESCE(versions.dmarc_record, '') END
        AS subject,
      CASE kinds.kind WHEN 'spf' THEN COALESCE(versions.spf_before, '') ELSE COALESCE(versions.dmarc_before, '') END
        AS before_subject
    FROM (
      SELECT
        graded.monitor_id, graded.valid_from_date, graded.dmarc_record, graded.spf_record, graded.strictness,
        COUNT(graded.valid_from) OVER (
          PARTITION BY graded.monitor_id ORDER BY graded.valid_from ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ) AS versions_before,
        MAX(graded.dmarc_record) OVER (
          PARTITION BY graded.monitor_id ORDER BY graded.valid_from ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ) AS dmarc_before,
        MAX(graded.spf_record) OVER (
          PARTITION BY graded.monitor_id ORDER BY graded.valid_from ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ) AS spf_before,
        MAX(graded.strictness) OVER (
          PARTITION BY graded.monitor_id ORDER BY graded.valid_from ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ) AS strictness_before
      FROM (
        SELECT
          monitor_id, valid_from, valid_from_date, dmarc_record, spf_record,
          CASE effective_p WHEN 'reject' THEN 2 WHEN 'quarantine' THEN 1 ELSE 0 END * 3
            + CASE effective_sp WHEN 'reject' THEN 2 WHEN 'quarantine' THEN 1 ELSE 0 END AS strictness
        FROM monitor_history
      ) graded
    ) versions
    CROSS JOIN (SELECT 'dmarc' AS kind UNION ALL SELECT 'spf' AS kind) kinds
    WHERE versions.versions_before = 1
  ) changes
  CROSS JOIN (SELECT MAX(as_of_date) AS as_of_date FROM meta_runs) today
  CROSS JOIN (SELECT MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days FROM parameters) limits
  WHERE changes.subject <> changes.before_subject
    AND changes.valid_from_date > today.as_of_date - CAST(limits.recent_days AS INTEGER)
) found
LEFT JOIN monitors ON monitors.monitor_id = found.monitor_id
WHERE monitors.replaced_by IS NULL
