-- Purpose: a guess at what each source is: known, authorised, a forwarder, misconfigured, or a threat.
-- Grain: a monitor and source IP (monitor_id, ip_canonical).
-- Inputs: v_records, auth_results, v_aggregated_current, meta_runs, parameters.
-- Traps: a guess but for `known` (marked as favourite): `evidence` says what it rests on, `confidence` how far.
--   The first class that fits counts: known, forwarder_declared (receivers gave forwarding or arc=pass as the reason),
--   forward_like (DKIM only, hardly any messages), dkim_only_sender, authorised (nearly all messages pass, some by SPF,
--   which no forwarder keeps), misconfigured (some check passed, but not aligned, or some messages passed),
--   threat_or_unknown. no_messages has no volume, no_verdict none whose verdict is known. Shares are of the messages of
--   which the verdict is known, DKIM only of those of which also the passed check is. The class rests on all records,
--   so that a source that fails of late keeps it. is_known: favourites and the classes authorised and
--   dkim_only_sender. is_new: its first day with messages, not its first load, is one of the last new_source_days up to
--   today, and not of the first new_source_grace_days of the monitor, when everything would be new.
SELECT
  classed.monitor_id,
  classed.domain_name,
  classed.ip_canonical,
  classed.ip_network,
  classed.source_domain,
  classed.country_code,
  classed.class,
  classed.class IN ('known', 'authorised', 'dkim_only_sender') AS is_known,
  CASE
    WHEN classed.class = 'known' THEN 'high'
    WHEN classed.judged_volume >= classed.sure_volume AND classed.class <> 'threat_or_unknown' THEN 'medium'
    ELSE 'low'
  END AS confidence,
  CASE WHEN classed.is_favorite THEN 'favourite; ' ELSE '' END
    || CAST(classed.pass_volume AS String) || ' of ' || CAST(classed.volume AS String) || ' messages passed, '
    || CAST(classed.spf_aligned_volume AS String) || ' by SPF, '
    || CAST(classed.dkim_only_volume AS String) || ' by DKIM only; '
    || CAST(classed.declared_volume AS String) || ' declared forwarded; '
    || CAST(classed.raw_pass_volume AS String) || ' with an unaligned pass'
    || CASE
      WHEN classed.unattributed_volume > 0
        THEN '; ' || CAST(classed.unattributed_volume AS String) || ' passed, not told by which' ELSE ''
    END
    || CASE
      WHEN classed.unknown_volume > 0
        THEN '; ' || CAST(classed.unknown_volume AS String) || ' without a verdict' ELSE ''
    END AS evidence,
  classed.is_favorite,
  classed.volume,
  CAST(classed.volume AS DOUBLE) / NULLIF(classed.monitor_volume, 0) AS volume_share,
  classed.pass_volume,
  classed.judged_volume - classed.pass_volume AS fail_volume,
  classed.unknown_volume,
  CAST(classed.pass_volume AS DOUBLE) / NULLIF(classed.judged_volume, 0) AS pass_rate,
  classed.first_seen_date,
  classed.first_seen_day,
  COALESCE(
    classed.first_seen_day > classed.as_of_day - classed.new_source_days AND classed.first_seen_day <= classed.as_of_day
      AND classed.first_seen_day >= classed.monitor_first_day + classed.grace_days, FALSE
  ) AS is_new
FROM (
  SELECT
    counted.monitor_id AS monitor_id, counted.domain_name, counted.ip_canonical AS ip_canonical, counted.ip_network,
    counted.source_domain, counted.country_code, counted.first_seen_date, counted.first_seen_day,
    counted.monitor_first_day, today.as_of_day, limits.new_source_days, limits.grace_days, counted.volume,
    counted.monitor_volume, counted.judged_volume, counted.pass_volume, counted.unknown_volume,
    counted.spf_aligned_volume, counted.dkim_only_volume, counted.unattributed_volume, counted.declared_volume,
    counted.raw_pass_volume, limits.sure_volume,
    COALESCE(favorites.is_favorite, 0) = 1 AS is_favorite,
    CASE
      WHEN favorites.is_favorite = 1 THEN 'known'
      WHEN counted.volume = 0 THEN 'no_messages'
      WHEN counted.declared_volume >= limits.declared_share * counted.volume THEN 'forwarder_declared'
      WHEN counted.judged_volume = 0 THEN 'no_verdict'
      WHEN counted.dkim_only_volume > 0
        AND counted.dkim_only_volume >= limits.class_share * (counted.judged_volume - counted.unattributed_volume)
        THEN CASE
          WHEN counted.volume <= limits.forward_max_share * counted.monitor_volume THEN 'forward_like'
          ELSE 'dkim_only_sender'
        END
      WHEN counted.pass_volume >= limits.class_share * counted.judged_volume THEN 'authorised'
      WHEN counted.raw_pass_volume + counted.pass_volume > 0 THEN 'misconfigured'
      ELSE 'threat_or_unknown'
    END AS class
  FROM (
    SELECT
      sums.monitor_id AS monitor_id, sums.domain_name, sums.ip_canonical AS ip_canonical, sums.ip_network,
      sums.source_domain, sums.country_code, sums.first_seen_date, sums.first_seen_day, sums.volume,
      sums.volume - sums.unknown_volume AS judged_volume, sums.pass_volume, sums.unknown_volume,
      sums.spf_aligned_volume, sums.dkim_only_volume, sums.unattributed_volume, sums.declared_volume,
      COALESCE(raw.raw_pass_volume, 0) AS raw_pass_volume,
      SUM(sums.volume) OVER (PARTITION BY sums.monitor_id) AS monitor_volume,
      MIN(sums.first_seen_day) OVER (PARTITION BY sums.monitor_id) AS monitor_first_day
    FROM (
      SELECT
        r.monitor_id,
        MAX(r.domain_name) AS domain_name,
        r.ip_canonical,
        MAX(r.ip_network) AS ip_network,
        MAX(r.source_domain) AS source_domain,
        MAX(r.country_code) AS country_code,
        MIN(CASE WHEN r.volume > 0 THEN r.report_date END) AS first_seen_date,
        MIN(CASE WHEN r.volume > 0 THEN r.report_day END) AS first_seen_day,
        CAST(SUM(r.volume) AS BIGINT) AS volume,
        CAST(SUM(r.pass_volume) AS BIGINT) AS pass_volume,
        CAST(SUM(r.unknown_volume) AS BIGINT) AS unknown_volume,
        CAST(SUM(r.unattributed_volume) AS BIGINT) AS unattributed_volume,
        CAST(SUM(r.both_volume + r.spf_only_volume) AS BIGINT) AS spf_aligned_volume,
        CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
        CAST(SUM(CASE
          WHEN r.override_reason LIKE '%forward%' OR r.override_reason LIKE '%mailing_list%'
            OR LOWER(r.override_comment) LIKE '%arc=pass%' THEN r.volume ELSE 0
        END) AS BIGINT) AS declared_volume
      FROM v_records r
      GROUP BY r.monitor_id, r.ip_canonical
    ) sums
    LEFT JOIN (
      SELECT passing.monitor_id, passing.ip_canonical, CAST(SUM(passing.fail_volume) AS BIGINT) AS raw_pass_volume
      FROM (
        SELECT
          r.monitor_id AS monitor_id, r.record_id AS record_id, r.ip_canonical, MAX(r.fail_volume) AS fail_volume
        FROM auth_results a
        JOIN v_records r ON r.monitor_id = a.monitor_id AND r.record_id = a.record_id
        WHERE LOWER(TRIM(a.result)) = 'pass' AND r.fail_volume > 0
        GROUP BY r.monitor_id, r.record_id, r.ip_canonical
      ) passing
      GROUP BY passing.monitor_id, passing.ip_canonical
    ) raw ON raw.monitor_id = sums.monitor_id AND raw.ip_canonical = sums.ip_canonical
  ) counted
  LEFT JOIN (
    SELECT monitor_id, ip_canonical, MAX(CASE WHEN is_favorite THEN 1 ELSE 0 END) AS is_favorite
    FROM v_aggregated_current
    GROUP BY monitor_id, ip_canonical
  ) favorites ON favorites.monitor_id = counted.monitor_id AND favorites.ip_canonical = counted.ip_canonical
  CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
  CROSS JOIN (
    SELECT
      MAX(CASE WHEN name = 'new_source_days' THEN value END) AS new_source_days,
      MAX(CASE WHEN name = 'new_source_grace_days' THEN value END) AS grace_days,
      MAX(CASE WHEN name = 'class_share' THEN value END) AS class_share,
      MAX(CASE WHEN name = 'class_declared_share' THEN value END) AS declared_share,
      MAX(CASE WHEN name = 'class_forward_max_share' THEN value END) AS forward_max_share,
      MAX(CASE WHEN name = 'class_sure_volume' THEN value END) AS sure_volume
    FROM parameters
  ) limits
) classed
