-- Purpose: what is odd of late: new and failing sources, spikes, drops, silence, changed records.
-- Grain: a monitor, rule, day and subject (monitor_id, rule, anomaly_date, subject).
-- Inputs: v_records, v_domain_daily, v_new_sources, v_source_class, v_dkim_selectors, v_reporters, monitor_history,
--   monitors, meta_runs, parameters.
-- Traps: nothing here is a proof. No row means that no rule found anything, no_data that there was nothing to judge. A
--   day is compared with the mean of its weekday in the 4 weeks before; drops are told of settled days only. volume
--   and baseline are messages of what the rule looked at; NULL where none are meant. Only days up to today are judged,
--   rates by the messages whose verdict is known, and nothing is told of replaced monitors.
WITH limits AS (
  SELECT
    today.as_of_date, today.as_of_day, thresholds.window_days, thresholds.recent_days, thresholds.settled_days,
    thresholds.new_days, thresholds.grace_days, thresholds.no_data_days, thresholds.spike_ratio,
    thresholds.drop_ratio, thresholds.min_volume, thresholds.max_drop
  FROM (SELECT MAX(as_of_date) AS as_of_date, MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'window_days' THEN value END) AS window_days,
      MAX(CASE WHEN name = 'recent_days' THEN value END) AS recent_days,
      MAX(CASE WHEN name = 'settled_after_days' THEN value END) AS settled_days,
      MAX(CASE WHEN name = 'new_source_days' THEN value END) AS new_days,
      MAX(CASE WHEN name = 'new_source_grace_days' THEN value END) AS grace_days,
      MAX(CASE WHEN name = 'no_data_days' THEN value END) AS no_data_days,
      MAX(CASE WHEN name = 'spike_ratio' THEN value END) AS spike_ratio,
      MAX(CASE WHEN name = 'drop_ratio' THEN value END) AS drop_ratio,
      MAX(CASE WHEN name = 'anomaly_min_volume' THEN value END) AS min_volume,
      MAX(CASE WHEN name = 'pass_rate_drop' THEN value END) AS max_drop
    FROM parameters
  ) thresholds
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
    judged.monitor_id,
    CASE
      WHEN kinds.kind <> 'day' THEN kinds.kind
      WHEN judged.volume > judged.baseline THEN 'volume_spike'
      ELSE 'volume_drop'
    END AS rule,
    CASE kinds.kind WHEN 'day' THEN 'medium' ELSE 'high' END AS severity,
    CASE kinds.kind WHEN 'day' THEN judged.report_date ELSE judged.as_of_date END AS anomaly_date,
    '' AS subject,
    CASE kinds.kind
      WHEN 'day' THEN judged.volume
      WHEN 'pass_rate_drop' THEN judged.recent_told - judged.recent_pass
      ELSE 0
    END AS volume,
    CASE kinds.kind
      WHEN 'day' THEN judged.baseline
      WHEN 'pass_rate_drop' THEN CAST(judged.before_told - judged.before_pass AS DOUBLE)
    END AS baseline
  FROM (
    SELECT
      windowed.*,
      CAST(windowed.back_7 + windowed.back_14 + windowed.back_21 + windowed.back_28 AS DOUBLE) / 4 AS baseline
    FROM (
      SELECT
        days.*,
        ROW_NUMBER() OVER (PARTITION BY days.monitor_id ORDER BY days.report_day) AS position,
        SUM(days.volume) OVER (
          PARTITION BY days.monitor_id ORDER BY days.report_day ROWS BETWEEN 7 PRECEDING AND 7 PRECEDING
        ) AS back_7,
        SUM(days.volume) OVER (
          PARTITION BY days.monitor_id ORDER BY days.report_day ROWS BETWEEN 14 PRECEDING AND 14 PRECEDING
        ) AS back_14,
        SUM(days.volume) OVER (
          PARTITION BY days.monitor_id ORDER BY days.report_day ROWS BETWEEN 21 PRECEDING AND 21 PRECEDING
        ) AS back_21,
        SUM(days.volume) OVER (
          PARTITION BY days.monitor_id ORDER BY days.report_day ROWS BETWEEN 28 PRECEDING AND 28 PRECEDING
        ) AS back_28,
        COUNT(days.volume) OVER (
          PARTITION BY days.monitor_id ORDER BY days.report_day ROWS BETWEEN 28 PRECEDING AND 28 PRECEDING
        ) AS has_baseline,
        MAX(CASE WHEN days.volume > 0 AND days.age >= 0 THEN days.report_day END) OVER (PARTITION BY days.monitor_id)
          AS last_day,
        SUM(CASE WHEN days.span = 'recent' THEN days.told_volume ELSE 0 END) OVER (PARTITION BY days.monitor_id)
          AS recent_told,
        SUM(CASE WHEN days.span = 'recent' THEN days.pass_volume ELSE 0 END) OVER (PARTITION BY days.monitor_id)
          AS recent_pass,
        SUM(CASE WHEN days.span = 'before' THEN days.told_volume ELSE 0 END) OVER (PARTITION BY days.monitor_id)
          AS before_told,
        SUM(CASE WHEN days.span = 'before' THEN days.pass_volume ELSE 0 END) OVER (PARTITION BY days.monitor_id)
          AS before_pass
      FROM (
        SELECT
          listed.monitor_id, listed.is_active, listed.report_date, listed.report_day, listed.is_settled, listed.volume,
          listed.volume - listed.unknown_volume AS told_volume, listed.pass_volume, limits.as_of_date, limits.as_of_day,
          limits.recent_days, limits.settled_days, limits.no_data_days, limits.spike_ratio, limits.drop_ratio,
          limits.min_volume, limits.max_drop, limits.as_of_day - listed.report_day AS age,
          CASE
            WHEN listed.report_day > limits.as_of_day OR listed.report_day <= limits.as_of_day - limits.window_days
              THEN 'outside'
            WHEN listed.report_day > limits.as_of_day - limits.recent_days THEN 'recent'
            ELSE 'before'
          END AS span
        FROM (
          SELECT
            COALESCE(daily.monitor_id, monitors.monitor_id) AS monitor_id, monitors.is_active, daily.report_date,
            daily.report_day, daily.is_settled, daily.volume, daily.unknown_volume, daily.pass_volume
          FROM v_domain_daily daily
          FULL JOIN monitors ON monitors.monitor_id = daily.monitor_id
        ) listed
        CROSS JOIN limits
      ) days
    ) windowed
  ) judged
  CROSS JOIN (
    SELECT 'day' AS kind UNION ALL SELECT 'pass_rate_drop' AS kind UNION ALL SELECT 'no_data' AS kind
  ) kinds
  WHERE CASE kinds.kind
    WHEN 'day' THEN
      judged.has_baseline = 1 AND judged.age >= 0 AND judged.age <= judged.settled_days + judged.recent_days AND (
        (judged.volume >= judged.spike_ratio * judged.baseline AND judged.volume >= judged.baseline + judged.min_volume)
        OR (
          judged.is_settled AND judged.volume <= judged.drop_ratio * judged.baseline
          AND judged.volume <= judged.baseline - judged.min_volume
        )
      )
    WHEN 'pass_rate_drop' THEN
      judged.position = 1 AND judged.recent_told >= judged.min_volume AND judged.before_told >= judged.min_volume
      AND CAST(judged.before_pass AS DOUBLE) / NULLIF(judged.before_told, 0)
        - CAST(judged.recent_pass AS DOUBLE) / NULLIF(judged.recent_told, 0) >= judged.max_drop
    ELSE
      judged.position = 1 AND judged.is_active AND judged.as_of_date IS NOT NULL
      AND (judged.last_day IS NULL OR judged.as_of_day - judged.last_day >= judged.no_data_days)
  END

  UNION ALL
  SELECT
    rates.monitor_id, 'known_source_now_failing' AS rule, 'high' AS severity, rates.as_of_date AS anomaly_date,
    rates.ip_canonical AS subject, rates.recent_told - rates.recent_pass AS volume,
    CAST(rates.before_told - rates.before_pass AS DOUBLE) AS baseline
  FROM (
    SELECT
      r.monitor_id AS monitor_id, r.ip_canonical AS ip_canonical, MAX(limits.as_of_date) AS as_of_date,
      SUM(CASE WHEN r.report_day > limits.as_of_day - limits.recent_days THEN r.volume - r.unknown_volume ELSE 0 END)
        AS recent_told,
      SUM(CASE WHEN r.report_day > limits.as_of_day - limits.recent_days THEN r.pass_volume ELSE 0 END) AS recent_pass,
      SUM(CASE WHEN r.report_day > limits.as_of_day - limits.recent_days THEN 0 ELSE r.volume - r.unknown_volume END)
        AS before_told,
      SUM(CASE WHEN r.report_day > limits.as_of_day - limits.recent_days THEN 0 ELSE r.pass_volume END) AS before_pass
    FROM v_records r
    JOIN (SELECT monitor_id, ip_canonical FROM v_source_class WHERE is_known) classes
      ON classes.monitor_id = r.monitor_id AND classes.ip_canonical = r.ip_canonical
    CROSS JOIN limits
    WHERE r.report_day <= limits.as_of_day AND r.report_day > limits.as_of_day - limits.window_days
    GROUP BY r.monitor_id, r.ip_canonical
  ) rates
  WHERE rates.recent_pass * 2 < rates.recent_told AND rates.before_pass * 2 > rates.before_told

  UNION ALL
  SELECT
    dated.monitor_id, dated.rule, dated.severity,
    CASE dated.rule
      WHEN 'selector_disappeared' THEN dated.as_of_date - CAST(dated.days_ago AS INTEGER) ELSE dated.told_date
    END AS anomaly_date,
    dated.subject, dated.volume, CAST(NULL AS DOUBLE) AS baseline
  FROM (
    SELECT
      told.*,
      limits.as_of_date, limits.window_days, limits.recent_days, limits.settled_days, limits.new_days,
      limits.grace_days, limits.min_volume, limits.as_of_day - told.day AS days_ago
    FROM (
      SELECT
        countries.monitor_id, 'new_country' AS rule, 'medium' AS severity, countries.first_date AS told_date,
        countries.first_day AS day, countries.monitor_first_day, countries.country_code AS subject,
        countries.volume
      FROM (
        SELECT
          sums.monitor_id, sums.country_code, sums.first_date, sums.first_day, sums.volume,
          MIN(sums.first_day) OVER (PARTITION BY sums.monitor_id) AS monitor_first_day
        FROM (
          SELECT
            r.monitor_id, r.country_code, MIN(r.report_date) AS first_date, MIN(r.report_day) AS first_day,
            CAST(SUM(r.volume) AS BIGINT) AS volume
          FROM v_records r
          WHERE r.volume > 0
          GROUP BY r.monitor_id, r.country_code
        ) sums
      ) countries
      WHERE countries.country_code <> '(unknown)'

      UNION ALL
      SELECT
        selectors.monitor_id, 'selector_disappeared' AS rule, 'low' AS severity, CAST(NULL AS DATE) AS told_date,
        selectors.last_day AS day, CAST(NULL AS INTEGER) AS monitor_first_day,
        selectors.selector || '._domainkey.' || selectors.signing_domain AS subject,
        selectors.messages_with_signature AS volume
      FROM v_dkim_selectors selectors
      WHERE selectors.is_own_domain

      UNION ALL
      SELECT
        silent.monitor_id, 'reporter_silent' AS rule, 'low' AS severity, silent.last_date AS told_date,
        CAST(NULL AS INTEGER) AS day, CAST(NULL AS INTEGER) AS monitor_first_day, silent.reporter AS subject,
        silent.volume
      FROM v_reporters silent
      WHERE silent.is_silent

      UNION ALL
      SELECT
        changes.monitor_id, changes.rule,
        CASE changes.rule WHEN 'policy_weakened' THEN 'high' ELSE 'medium' END AS severity,
        changes.valid_from_date AS told_date, CAST(NULL AS INTEGER) AS day, CAST(NULL AS INTEGER) AS monitor_first_day,
        changes.subject, CAST(NULL AS BIGINT) AS volume
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
      WHERE changes.subject <> changes.before_subject
    ) told
    CROSS JOIN limits
  ) dated
  WHERE CASE dated.rule
    WHEN 'new_country' THEN
      dated.days_ago >= 0 AND dated.days_ago < dated.new_days
      AND dated.day >= dated.monitor_first_day + dated.grace_days
    WHEN 'selector_disappeared' THEN
      dated.days_ago < dated.window_days AND dated.days_ago > dated.settled_days + dated.recent_days
      AND dated.volume >= dated.min_volume
    WHEN 'reporter_silent' THEN
      dated.told_date > dated.as_of_date - CAST(dated.window_days AS INTEGER) AND dated.volume >= dated.min_volume
    ELSE dated.told_date > dated.as_of_date - CAST(dated.recent_days AS INTEGER)
  END
) found
LEFT JOIN monitors ON monitors.monitor_id = found.monitor_id
WHERE monitors.replaced_by IS NULL
