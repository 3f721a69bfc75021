-- Purpose: where the published DMARC record differs from the wanted one, tag by tag, and whether that matters.
-- Grain: a monitor and tag that either record states (monitor_id, tag); monitors without a wanted record, and
--   replaced ones, have none.
-- Inputs: monitors, dmarc_policies.
-- Traps: values are compared, defaults applied, not texts: sp=reject under p=reject is equivalent to no sp. A wanted
--   record without v= is a fragment, which asks for nothing but the tags it states. More report addresses than wanted
--   are normal. Addresses are compared as a set, in lower case, up to two wanted ones (of more, the rest as a run).
--   not_checked: the API has not told what is published.
SELECT
  judged.monitor_id,
  judged.domain_name,
  judged.tag,
  judged.published_value,
  judged.wanted_value,
  judged.published_effective,
  judged.wanted_effective,
  judged.status,
  CASE
    WHEN judged.status IN ('same', 'equivalent', 'not_checked') THEN 'none'
    WHEN judged.status = 'extra_live' AND judged.wanted_effective IS NULL THEN 'none'
    WHEN judged.tag IN ('p', 'sp', 'np') AND judged.wanted_effective <> 'none' AND (
      judged.published_effective IS NULL OR judged.published_effective = 'none' OR judged.wanted_effective = 'reject'
    ) THEN 'high'
    WHEN judged.tag = 'pct' AND CAST(judged.published_effective AS INTEGER) < CAST(judged.wanted_effective AS INTEGER)
      THEN 'high'
    WHEN judged.tag = 't' AND judged.published_effective = 'y' THEN 'high'
    WHEN judged.tag = 'rua' AND judged.status IN ('missing_live', 'changed') THEN 'high'
    ELSE 'low'
  END AS severity
FROM (
  SELECT
    compared.monitor_id, compared.domain_name, compared.tag, compared.published_value, compared.wanted_value,
    compared.published_effective, compared.wanted_effective,
    CASE
      WHEN compared.dmarc_record IS NULL THEN 'not_checked'
      WHEN compared.published_value = compared.wanted_value THEN 'same'
      WHEN compared.published_effective = compared.wanted_effective THEN 'equivalent'
      WHEN compared.wanted_effective IS NULL THEN 'extra_live'
      WHEN compared.published_value IS NULL THEN 'missing_live'
      WHEN compared.tag IN ('rua', 'ruf') AND compared.first_found AND compared.rest_found
        AND LENGTH(compared.published_value) = LENGTH(compared.wanted_value) THEN 'equivalent'
      WHEN compared.tag IN ('rua', 'ruf') AND compared.first_found AND compared.rest_found THEN 'extra_live'
      WHEN compared.wanted_value IS NULL THEN 'extra_live'
      ELSE 'changed'
    END AS status
  FROM (
    SELECT
      split.monitor_id, split.domain_name, split.dmarc_record, split.tag, split.published_value, split.wanted_value,
      COALESCE(split.published_value, split.published_default) AS published_effective,
      COALESCE(split.wanted_value, split.wanted_default) AS wanted_effective,
      REPLACE(',' || split.published_value || ',', ',' || split.wanted_first || ',', '')
        <> ',' || split.published_value || ',' AS first_found,
      split.wanted_rest IS NULL OR REPLACE(',' || split.published_value || ',', ',' || split.wanted_rest || ',', '')
        <> ',' || split.published_value || ',' AS rest_found
    FROM (
      SELECT
        stated.monitor_id, stated.domain_name, stated.dmarc_record, stated.tag, stated.published_value,
        stated.wanted_value,
        CASE WHEN stated.published_p IS NOT NULL THEN CASE stated.tag
          WHEN 'p' THEN 'none' WHEN 'sp' THEN stated.published_p WHEN 'np' THEN stated.published_sp
          ELSE stated.default_value END
        END AS published_default,
        CASE WHEN stated.wanted_p IS NOT NULL THEN CASE stated.tag
          WHEN 'p' THEN 'none' WHEN 'sp' THEN stated.wanted_p WHEN 'np' THEN stated.wanted_sp
          ELSE stated.default_value END
        END AS wanted_default,
        CASE
          WHEN POSITION(',' IN stated.wanted_value) > 0
            THEN SUBSTR(stated.wanted_value, 1, POSITION(',' IN stated.wanted_value) - 1)
          ELSE stated.wanted_value
        END AS wanted_first,
        CASE
          WHEN POSITION(',' IN stated.wanted_value) > 0
            THEN NULLIF(SUBSTR(stated.wanted_value, POSITION(',' IN stated.wanted_value) + 1), '')
        END AS wanted_rest
      FROM (
        SELECT
          monitors.monitor_id AS monitor_id, monitors.domain_name, monitors.dmarc_record, tags.tag, tags.default_value,
          CASE WHEN published.effective_p IS NOT NULL THEN COALESCE(published.p, 'none') END AS published_p,
          CASE WHEN wanted.effective_p IS NOT NULL THEN COALESCE(wanted.p, 'none') END AS wanted_p,
          CASE WHEN published.effective_p IS NOT NULL THEN COALESCE(published.sp, published.p, 'none') END
            AS published_sp,
          CASE WHEN wanted.effective_p IS NOT NULL THEN COALESCE(wanted.sp, wanted.p, 'none') END AS wanted_sp,
          CASE tags.tag
            WHEN 'p' THEN published.p WHEN 'sp' THEN published.sp WHEN 'np' THEN published.np
            WHEN 'adkim' THEN published.adkim WHEN 'aspf' THEN published.aspf
            WHEN 'pct' THEN CAST(published.pct AS String) WHEN 't' THEN published.t WHEN 'fo' THEN published.fo
            WHEN 'ri' THEN CAST(published.ri AS String) WHEN 'psd' THEN published.psd
            WHEN 'rua' THEN translate(
              REPLACE(published.rua, ' ', ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
            )
            WHEN 'ruf' THEN translate(
              REPLACE(published.ruf, ' ', ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
            )
          END AS published_value,
          CASE tags.tag
            WHEN 'p' THEN wanted.p WHEN 'sp' THEN wanted.sp WHEN 'np' THEN wanted.np
            WHEN 'adkim' THEN wanted.adkim WHEN 'aspf' THEN wanted.aspf
            WHEN 'pct' THEN CAST(wanted.pct AS String) WHEN 't' THEN wanted.t WHEN 'fo' THEN wanted.fo
            WHEN 'ri' THEN CAST(wanted.ri AS String) WHEN 'psd' THEN wanted.psd
            WHEN 'rua' THEN translate(
              REPLACE(wanted.rua, ' ', ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
            )
            WHEN 'ruf' THEN translate(
              REPLACE(wanted.ruf, ' ', ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
            )
          END AS wanted_value
        FROM monitors
        JOIN (
          SELECT monitor_id, p, sp, np, adkim, aspf, pct, t, fo, ri, psd, rua, ruf, effective_p
          FROM dmarc_policies WHERE kind = 'wanted' AND is_present
        ) wanted ON wanted.monitor_id = monitors.monitor_id
        LEFT JOIN (
          SELECT monitor_id, p, sp, np, adkim, aspf, pct, t, fo, ri, psd, rua, ruf, effective_p
          FROM dmarc_policies WHERE kind = 'published'
        ) published ON published.monitor_id = monitors.monitor_id
        CROSS JOIN (
          SELECT 'p' AS tag, 'none' AS default_value
          UNION ALL SELECT 'sp' AS tag, '' AS default_value
          UNION ALL SELECT 'np' AS tag, '' AS default_value
          UNION ALL SELECT 'adkim' AS tag, 'r' AS default_value
          UNION ALL SELECT 'aspf' AS tag, 'r' AS default_value
          UNION ALL SELECT 'pct' AS tag, '100' AS default_value
          UNION ALL SELECT 't' AS tag, 'n' AS default_value
          UNION ALL SELECT 'fo' AS tag, '0' AS default_value
          UNION ALL SELECT 'ri' AS tag, '86400' AS default_value
          UNION ALL SELECT 'psd' AS tag, 'u' AS default_value
          UNION ALL SELECT 'rua' AS tag, NULL AS default_value
          UNION ALL SELECT 'ruf' AS tag, NULL AS default_value
        ) tags
        WHERE monitors.replaced_by IS NULL
      ) stated
      WHERE stated.published_value IS NOT NULL OR stated.wanted_value IS NOT NULL
    ) split
  ) compared
) judged
