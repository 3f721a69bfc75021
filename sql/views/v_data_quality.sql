-- Purpose: whether the numbers can be trusted: for each rule, how many records break it and how many messages they
--   hold.
-- Grain: a monitor and rule (monitor_id, rule); every rule of every monitor has a row, 0 if nothing breaks it.
-- Inputs: report_records, v_records, auth_results, meta_coverage, monitors, meta_runs, parameters.
-- Traps: a finding is a question, not always a fault: duplicate_candidates can be two equal reports, details_differ
--   follows from windows that differ. `sample` is one record, address or monitor of those found. Records that views
--   leave out count in withdrawn_records alone. estimated: rates between 0 and 1 or not told, so that the split of
--   volumes is an estimate. rates_disagree: passed DMARC less than SPF or DKIM, or more than both. flag_disagrees:
--   the aligned flag and its rate. aligned_without_pass: aligned, though the raw results have no pass.
--   details_missing: listed sources whose details are not fetched or not up to date. details_differ: what the newest
--   answer of the details held, and what the listing tells. unknown_verdict: nobody told whether messages passed.
--   unknown_policy: nobody told what the receiver did. unknown_volume: no number of messages. withdrawn_records: the
--   API took them back. domain_monitored_twice: the domain has another monitor, so that totals by domain are doubled
--   (its volume is 0).
SELECT
  monitors.monitor_id AS monitor_id,
  monitors.domain_name,
  rules.rule AS rule,
  rules.severity,
  COALESCE(broken.violations, 0) AS violations,
  COALESCE(broken.volume, 0) AS volume,
  broken.sample
FROM monitors
CROSS JOIN (
  SELECT 'rates_disagree' AS rule, 'warn' AS severity
  UNION ALL SELECT 'flag_disagrees' AS rule, 'warn' AS severity
  UNION ALL SELECT 'aligned_without_pass' AS rule, 'warn' AS severity
  UNION ALL SELECT 'estimated' AS rule, 'info' AS severity
  UNION ALL SELECT 'unknown_action' AS rule, 'info' AS severity
  UNION ALL SELECT 'bad_ip' AS rule, 'info' AS severity
  UNION ALL SELECT 'zero_volume' AS rule, 'info' AS severity
  UNION ALL SELECT 'future_date' AS rule, 'warn' AS severity
  UNION ALL SELECT 'duplicate_candidates' AS rule, 'info' AS severity
  UNION ALL SELECT 'details_missing' AS rule, 'warn' AS severity
  UNION ALL SELECT 'details_differ' AS rule, 'warn' AS severity
  UNION ALL SELECT 'unknown_verdict' AS rule, 'warn' AS severity
  UNION ALL SELECT 'unknown_policy' AS rule, 'warn' AS severity
  UNION ALL SELECT 'unknown_volume' AS rule, 'warn' AS severity
  UNION ALL SELECT 'withdrawn_records' AS rule, 'warn' AS severity
  UNION ALL SELECT 'domain_monitored_twice' AS rule, 'warn' AS severity
) rules
LEFT JOIN (
  SELECT
    found.monitor_id,
    found.rule,
    CAST(SUM(found.violations) AS BIGINT) AS violations,
    CAST(SUM(found.volume) AS BIGINT) AS volume,
    MIN(found.sample) AS sample
  FROM (
    SELECT
      checked.monitor_id, rules.rule, 1 AS violations, checked.volume, checked.record_id AS sample
    FROM (
      SELECT
        r.monitor_id AS monitor_id, r.record_id, COALESCE(r.total_volume, 0) AS volume,
        r.spf_pass_rate > r.dmarc_pass_rate + 0.011 OR r.dkim_pass_rate > r.dmarc_pass_rate + 0.011
          OR r.dmarc_pass_rate > r.spf_pass_rate + r.dkim_pass_rate + 0.011 AS rates_disagree,
        (r.spf_aligned AND r.spf_pass_rate = 0) OR (NOT r.spf_aligned AND r.spf_pass_rate = 1)
          OR (r.dkim_aligned AND r.dkim_pass_rate = 0) OR (NOT r.dkim_aligned AND r.dkim_pass_rate = 1)
          AS flag_disagrees,
        r.ip_scope IS NULL OR r.ip_scope = 'invalid' AS bad_ip,
        r.total_volume = 0 AS zero_volume,
        r.report_day > today.as_of_day AS future_date
      FROM report_records r
      CROSS JOIN (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs) today
      WHERE r.withdrawn_date IS NULL
    ) checked
    CROSS JOIN (
      SELECT 'rates_disagree' AS rule
      UNION ALL SELECT 'flag_disagrees' AS rule
      UNION ALL SELECT 'bad_ip' AS rule
      UNION ALL SELECT 'zero_volume' AS rule
      UNION ALL SELECT 'future_date' AS rule
    ) rules
    WHERE (
      checked.rates_disagree OR checked.flag_disagrees OR checked.bad_ip OR checked.zero_volume OR checked.future_date
    )
      AND CASE rules.rule
        WHEN 'rates_disagree' THEN checked.rates_disagree
        WHEN 'flag_disagrees' THEN checked.flag_disagrees
        WHEN 'bad_ip' THEN checked.bad_ip
        WHEN 'zero_volume' THEN checked.zero_volume
        WHEN 'future_date' THEN checked.future_date
      END

    UNION ALL
    SELECT v.monitor_id, rules.rule, 1 AS violations, v.volume, v.record_id AS sample
    FROM v_records v
    CROSS JOIN (
      SELECT 'estimated' AS rule
      UNION ALL SELECT 'unknown_action' AS rule
      UNION ALL SELECT 'unknown_verdict' AS rule
      UNION ALL SELECT 'unknown_policy' AS rule
      UNION ALL SELECT 'unknown_volume' AS rule
    ) rules
    WHERE (NOT v.is_exact OR v.policy_action IN ('other', 'unknown'))
      AND CASE rules.rule
        WHEN 'estimated' THEN NOT v.is_exact AND v.volume > 0 AND v.unknown_volume = 0
        WHEN 'unknown_action' THEN v.policy_action = 'other'
        WHEN 'unknown_verdict' THEN v.unknown_volume > 0
        WHEN 'unknown_policy' THEN v.policy_action = 'unknown'
        WHEN 'unknown_volume' THEN NOT v.is_volume_known
      END

    UNION ALL
    SELECT
      r.monitor_id AS monitor_id, 'withdrawn_records' AS rule, 1 AS violations, COALESCE(r.total_volume, 0) AS volume,
      r.record_id AS sample
    FROM report_records r
    JOIN monitors owners ON owners.monitor_id = r.monitor_id
    WHERE r.withdrawn_date IS NOT NULL AND owners.replaced_by IS NULL

    UNION ALL
    SELECT
      alike.monitor_id, 'domain_monitored_twice' AS rule, alike.monitors - 1 AS violations, 0 AS volume,
      CASE WHEN alike.first_id = alike.monitor_id THEN alike.last_id ELSE alike.first_id END AS sample
    FROM (
      SELECT
        named.monitor_id,
        COUNT(*) OVER (PARTITION BY named.own_name) AS monitors,
        MIN(named.monitor_id) OVER (PARTITION BY named.own_name) AS first_id,
        MAX(named.monitor_id) OVER (PARTITION BY named.own_name) AS last_id
      FROM (
        SELECT
          lowered.monitor_id,
          CASE
            WHEN lowered.name LIKE '%.' THEN SUBSTR(lowered.name, 1, LENGTH(lowered.name) - 1) ELSE lowered.name
          END AS own_name
        FROM (
          SELECT
            monitor_id,
            translate(TRIM(domain_name), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS name
          FROM monitors
          WHERE replaced_by IS NULL AND TRIM(domain_name) <> ''
        ) lowered
      ) named
    ) alike
    WHERE alike.monitors > 1

    UNION ALL
    SELECT
      r.monitor_id AS monitor_id, 'aligned_without_pass' AS rule, 1 AS violations,
      COALESCE(r.total_volume, 0) AS volume, r.record_id AS sample
    FROM report_records r
    JOIN (
      SELECT
        failing.monitor_id, failing.record_id,
        MAX(CASE WHEN failing.auth_type = 'spf' THEN failing.is_pass END) AS spf_pass,
        MAX(CASE WHEN failing.auth_type = 'dkim' THEN failing.is_pass END) AS dkim_pass
      FROM (
        SELECT
          a.monitor_id AS monitor_id, a.record_id AS record_id, a.auth_type,
          CASE WHEN LOWER(TRIM(a.result)) = 'pass' THEN 1 ELSE 0 END AS is_pass
        FROM auth_results a
        JOIN (
          SELECT monitor_id, record_id
          FROM auth_results
          WHERE COALESCE(LOWER(TRIM(result)), '') <> 'pass'
          GROUP BY monitor_id, record_id
        ) odd ON odd.monitor_id = a.monitor_id AND odd.record_id = a.record_id
      ) failing
      GROUP BY failing.monitor_id, failing.record_id
    ) raw ON raw.monitor_id = r.monitor_id AND raw.record_id = r.record_id
    WHERE ((r.spf_aligned AND raw.spf_pass = 0) OR (r.dkim_aligned AND raw.dkim_pass = 0))
      AND r.withdrawn_date IS NULL

    UNION ALL
    SELECT
      r.monitor_id AS monitor_id, 'duplicate_candidates' AS rule, CAST(COUNT(*) - 1 AS BIGINT) AS violations,
      CAST((COUNT(*) - 1) * r.total_volume AS BIGINT) AS volume, r.ip_canonical AS sample
    FROM report_records r
    WHERE r.total_volume > 0 AND r.withdrawn_date IS NULL
    GROUP BY r.monitor_id, r.ip_canonical, r.report_date, r.report_source, r.total_volume, r.dmarc_pass_rate,
      r.spf_pass_rate, r.dkim_pass_rate, r.spf_domain, r.dkim_domain, r.applied_policy, r.override_reason,
      r.override_comment
    HAVING COUNT(*) > 1

    UNION ALL
    SELECT
      c.monitor_id, 'details_missing' AS rule, 1 AS violations, COALESCE(c.aggregated_volume, 0) AS volume,
      c.ip_address AS sample
    FROM meta_coverage c
    WHERE c.state IN ('never', 'stale')

    UNION ALL
    SELECT
      c.monitor_id, 'details_differ' AS rule, 1 AS violations,
      CAST(ABS(c.served_volume - c.aggregated_volume) AS BIGINT) AS volume, c.ip_address AS sample
    FROM (
      SELECT
        monitor_id, ip_address, state, aggregated_volume, COALESCE(served_volume, detail_volume, 0) AS served_volume
      FROM meta_coverage
    ) c
    CROSS JOIN (
      SELECT MAX(CASE WHEN name = 'reconcile_tolerance' THEN value END) AS tolerance FROM parameters
    ) limits
    WHERE c.state = 'current'
      AND ABS(c.served_volume - c.aggregated_volume) > limits.tolerance * c.aggregated_volume
  ) found
  GROUP BY found.monitor_id, found.rule
) broken ON broken.monitor_id = monitors.monitor_id AND broken.rule = rules.rule
