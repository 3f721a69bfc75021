-- Purpose: a guess at what each source is: known, authorised, a forwarder, misconfigured, or a threat.
-- Grain: a monitor and source IP (monitor_id, ip_canonical).
-- Inputs: v_records, auth_results, v_aggregated_current, meta_runs, parameters.
-- Traps: a guess but for `known` (marked as favourite): `evidence` says what it rests on, `confidence` how far.
--   The first class that fits counts: known, forwarder_declared (receivers gave forwarding or arc=pass as the reason),
--   forward_like (DKIM only, hardly any messages), dkim_only_sender, authorised (nearly all messages pass, some by SPF,
--   which no forwarder keeps), misconfigured (some check passed, but not aligned, or some messages passed),
--   threat_or_unknown; no_messages has no volume. It rests on
--   all records up to today, so that a source that fails of late keeps its class. is_known: favourites and
--   the classes authorised and dkim_only_sender. is_new: its first day with messages, not its first load, is one of the
--   last new_source_days, and not of the first new_source_grace_days of the monitor, when everything would be new.
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
    WHEN classed.volume >= classed.sure_volume AND classed.class <> 'threat_or_unknown' THEN 'medium'
    ELSE 'low'
  END AS confidence,
  CASE WHEN classed.is_favorite THEN 'favourite; ' ELSE '' END
    || CAST(classed.pass_volume AS String) || ' of ' || CAST(classed.volume AS String) || ' messages passed, '
    || CAST(classed.spf_aligned_volume AS String) || ' by SPF, '
    || CAST(classed.dkim_only_volume AS String) || ' by DKIM only; '
    || CAST(classed.declared_volume AS String) || ' declared forwarded; '
    || CAST(classed.raw_pass_volume AS String) || ' with an unaligned pass' AS evidence,
  classed.is_favorite,
  classed.volume,
  CAST(classed.volume AS DOUBLE) / NULLIF(classed.monitor_volume, 0) AS volume_share,
  classed.pass_volume,
  classed.volume - classed.pass_volume AS fail_volume,
  CAST(classed.pass_volume AS DOUBLE) / NULLIF(classed.volume, 0) AS pass_rate,
  classed.first_seen_date,
  classed.first_seen_day,
  COALESCE(
    classed.first_seen_day > classed.as_of_day - classed.new_source_days
      AND classed.first_seen_day >= classed.monitor_first_day + classed.grace_days, FALSE
  ) AS is_new
FROM (
  SELECT
    counted.monitor_id AS monitor_id, counted.domain_name, counted.ip_canonical AS ip_canonical, counted.ip_network,
    counted.source_domain, counted.country_code, counted.first_seen_date, counted.first_seen_day,
    counted.monitor_first_day, today.as_of_day, limits.new_source_days, limits.grace_days, counted.volume,
    counted.monitor_volume, counted.pass_volume, counted.spf_aligned_volume, counted.dkim_only_volume,
    counted.declared_volume, counted.raw_pass_volume, limits.sure_volume,
    COALESCE(favorites.is_favorite, 0) = 1 AS is_favorite,
    CASE
      WHEN favorites.is_favorite = 1 THEN 'known'
      WHEN counted.volume = 0 THEN 'no_messages'
      WHEN counted.declared_volume >= limits.declared_share * counted.volume THEN 'forwarder_declared'
      WHEN counted.dkim_only_volume >= limits.class_share * counted.volume
        AND counted.volume <= limits.forward_max_share * counted.monitor_volume THEN 'forward_like'
      WHEN counted.dkim_only_volume >= limits.class_share * counted.volume THEN 'dkim_only_sender'
      WHEN counted.pass_volume >= limits.class_share * counted.volume THEN 'authorised'
      WHEN counted.raw_pass_volume + counted.pass_volume > 0 THEN 'misconfigured'
      ELSE 'threat_or_unknown'
    END AS class
  FROM (
    SELECT
      sums.monitor_id AS monitor_id, sums.domain_name, sums.ip_canonical AS ip_canonical, sums.ip_network,
      sums.source_domain, sums.country_code, sums.first_seen_date, sums.first_seen_day, sums.volume,
      sums.pass_volume, sums.spf_aligned_volume, sums.dkim_only_volume, sums.declared_volume,
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
        CAST(SUM(r.pass_volume - r.dkim_only_volume) AS BIGINT) AS spf_aligned_volume,
        CAST(SUM(r.dkim_only_volume) AS BIGINT) AS dkim_only_volume,
        CAST(SUM(CASE
          WHEN r.override_reason LIKE '%forward%' OR r.override_reason LIKE '%mailing_list%'
            OR LOWER(r.override_comment) LIKE '%arc=pass%' THEN r.volume ELSE 0
        END) AS BIGINT) AS declared_volume
      FROM v_records r
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
      WHERE r.report_day <= today.as_of_day
      GROUP BY r.monitor_id, r.ip_canonical
    ) sums
    LEFT JOIN (
      SELECT r.monitor_id, r.ip_canonical, CAST(SUM(r.fail_volume) AS BIGINT) AS raw_pass_volume
      FROM v_records r
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
      WHERE r.report_day <= today.as_of_day AND r.fail_volume > 0
        AND (r.monitor_id, r.record_id) IN (
          SELECT monitor_id, record_id FROM auth_results WHERE LOWER(TRIM(result)) = 'pass'
        )
      GROUP BY r.monitor_id, r.ip_canonical
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
