-- Purpose: whether receivers did what the published policy of that day asks, and if not, why.
-- Grain: a monitor, UTC day, verdict, policy, action and deviation (monitor_id, report_date, verdict, policy_p,
--   policy_pct, policy_t, policy_action, deviation).
-- Inputs: v_records, monitor_history.
-- Traps: the policy is what the export saw: days before the first version use that one, days of a monitor that was not
--   listed the one before, and is_assumed says so. Records do not tell subdomains: sp can look like
--   stricter_than_policy or unexplained_leniency. A record that passed in part is split into its passing and its
--   failing messages. Messages without a known verdict have no expected action. `none` is not delivery.
SELECT
  judged.monitor_id,
  MAX(judged.domain_name) AS domain_name,
  judged.report_date,
  judged.report_day,
  judged.verdict,
  judged.policy_p,
  judged.policy_pct,
  judged.policy_t,
  judged.expected_action,
  judged.policy_action,
  judged.deviation,
  MAX(CASE WHEN judged.is_assumed THEN 1 ELSE 0 END) = 1 AS is_assumed,
  CAST(SUM(judged.volume) AS BIGINT) AS volume
FROM (
  SELECT
    ranked.monitor_id, ranked.domain_name, ranked.report_date, ranked.report_day, ranked.verdict, ranked.policy_p,
    ranked.policy_pct, ranked.policy_t, ranked.is_assumed, ranked.policy_action, ranked.volume,
    CASE
      WHEN ranked.verdict = 'pass' THEN 'none'
      WHEN ranked.verdict = 'fail' THEN NULLIF(ranked.policy_p, '(unknown)')
    END AS expected_action,
    CASE
      WHEN ranked.verdict = 'unknown' THEN 'unknown_verdict'
      WHEN ranked.policy_action IN ('other', 'unknown') THEN 'unknown_action'
      WHEN ranked.verdict = 'pass' AND ranked.action_rank > 0 THEN 'enforced_despite_pass'
      WHEN ranked.verdict = 'pass' THEN 'as_expected'
      WHEN ranked.policy_rank IS NULL THEN 'unknown_policy'
      WHEN ranked.action_rank = ranked.policy_rank THEN 'as_expected'
      WHEN ranked.action_rank > ranked.policy_rank THEN 'stricter_than_policy'
      WHEN ranked.override_reason IS NOT NULL THEN 'override'
      WHEN ranked.policy_t = 'y' AND ranked.action_rank = ranked.policy_rank - 1 THEN 'test_mode'
      WHEN ranked.policy_pct < 100 AND ranked.action_rank = ranked.policy_rank - 1 THEN 'sampled_out'
      ELSE 'unexplained_leniency'
    END AS deviation
  FROM (
    SELECT
      parts.monitor_id AS monitor_id, parts.domain_name, parts.report_date AS report_date, parts.report_day,
      parts.verdict, parts.policy_action,
      parts.override_reason, parts.volume,
      COALESCE(versions.published_p, CASE WHEN versions.effective_p IS NOT NULL THEN 'none' END, '(unknown)')
        AS policy_p,
      COALESCE(versions.pct, 100) AS policy_pct,
      COALESCE(versions.t, 'n') AS policy_t,
      COALESCE(versions.is_assumed, TRUE) AS is_assumed,
      CASE parts.policy_action WHEN 'none' THEN 0 WHEN 'quarantine' THEN 1 WHEN 'reject' THEN 2 END AS action_rank,
      CASE
        WHEN versions.published_p = 'reject' THEN 2
        WHEN versions.published_p = 'quarantine' THEN 1
        WHEN versions.effective_p IS NOT NULL THEN 0
      END AS policy_rank
    FROM (
      SELECT
        r.monitor_id, r.domain_name, r.report_date, r.report_day, kinds.verdict, r.policy_action, r.override_reason,
        CASE kinds.verdict WHEN 'pass' THEN r.pass_volume WHEN 'fail' THEN r.fail_volume ELSE r.unknown_volume END
          AS volume
      FROM v_records r
      CROSS JOIN (
        SELECT 'pass' AS verdict UNION ALL SELECT 'fail' AS verdict UNION ALL SELECT 'unknown' AS verdict
      ) kinds
    ) parts
    LEFT JOIN (
      SELECT
        history.monitor_id AS monitor_id, days.report_date, history.published_p, history.effective_p, history.pct,
        history.t,
        history.valid_from_date > days.report_date OR COALESCE(history.valid_to_date <= days.report_date, FALSE)
          AS is_assumed,
        ROW_NUMBER() OVER (
          PARTITION BY history.monitor_id, days.report_date
          ORDER BY
            CASE WHEN history.valid_from_date <= days.report_date THEN 0 ELSE 1 END,
            CASE WHEN history.valid_from_date <= days.report_date THEN history.valid_from END DESC,
            history.valid_from
        ) AS position
      FROM monitor_history history
      JOIN (
        SELECT monitor_id, report_date FROM v_records GROUP BY monitor_id, report_date
      ) days ON days.monitor_id = history.monitor_id
    ) versions
      ON versions.monitor_id = parts.monitor_id AND versions.report_date = parts.report_date AND versions.position = 1
    WHERE parts.volume > 0
  ) ranked
) judged
GROUP BY
  judged.monitor_id, judged.report_date, judged.report_day, judged.verdict, judged.policy_p, judged.policy_pct,
  judged.policy_t, judged.expected_action, judged.policy_action, judged.deviation
