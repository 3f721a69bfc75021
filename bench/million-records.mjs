/** A made-up account for benches: as many detail records as asked for, over 40 domains, 60 days and some 7,000 sources. */

const MONITORS = 40;
const DAYS = 60;
const LAST_DAY = '2025-11-30';

/** An even number in [0, 1) that depends on `key` and `salt` only. */
const draw = (key, salt) => `(hash(${key}, ${salt}) % 1000000 / 1000000)`;

const monitorId = (n) => `'mon' || lpad(CAST(${n} AS VARCHAR), 9, '0')`;

/** A source's address, network and way of sending, from the number of its monitor and its own. */
const SOURCES = `
  SELECT m, k, ${draw('m * 1000 + k', 1)} AS kind, '10.' || m || '.' || k // 250 || '.' || k % 250 + 1 AS ip,
    '10.' || m || '.' || k // 250 || '.0/24' AS network, 'sender' || hash(m, k // 8) % 400 || '.example' AS sender,
    ['US', 'DE', 'NL', 'GB', 'FR', 'IN', 'BR', 'CN'][1 + k % 8] AS country
  FROM range(${MONITORS}) monitors(m), range(360) sources(k) WHERE k < 40 + m * 8`;

/**
 * Draws a source, a reporter and a day for each record; big monitors and sources get more than small ones, and some
 * sources send in the last 10 days only.
 */
const drawn = (records) => `
  SELECT i, day, m, k - CASE WHEN k % 50 = 49 AND day <= DATE '${LAST_DAY}' - 10 THEN 1 ELSE 0 END AS k, volume, luck, reporter
  FROM (SELECT i, CAST(DATE '${LAST_DAY}' - ${DAYS - 1} + CAST(i * ${DAYS} // ${records} AS INTEGER) AS DATE) AS day,
    m, CAST(floor((40 + m * 8) * pow(${draw('i', 3)}, 1.5)) AS BIGINT) AS k,
    CAST(1 + floor(exp(6 * ${draw('i', 4)})) AS BIGINT) AS volume,
    ${draw('i', 5)} AS luck, CAST(floor(15 * pow(${draw('i', 6)}, 2)) AS BIGINT) AS reporter
  FROM (SELECT i, CAST(floor(${MONITORS} * sqrt(${draw('i', 2)})) AS BIGINT) AS m FROM range(${records}) numbers(i)))`;

/** Whether the record's messages are SPF and DKIM aligned: by the kind of its source, now and then by chance. */
const ALIGNED = `
  (kind < 0.55 OR kind BETWEEN 0.75 AND 0.8) <> (luck < 0.02) AS spf, (kind < 0.75) <> (luck > 0.98) AS dkim`;

const recordRows = (records) => `
  SELECT ${monitorId('m')} AS monitor_id, printf('%024x', 7000000000000 + i) AS record_id, ip AS requested_ip,
    ip AS ip_address, ip AS ip_canonical, 4 AS ip_version, network AS ip_network, 'private' AS ip_scope,
    day AS report_date, day - DATE '1970-01-01' AS report_day, CAST(day AS TIMESTAMP) AS created_at,
    CASE WHEN kind < 0.9 THEN sender END AS ip_domain, volume AS total_volume,
    CASE WHEN luck BETWEEN 0.5 AND 0.51 THEN 0.9 WHEN spf OR dkim THEN 1 ELSE 0 END AS dmarc_pass_rate,
    CASE WHEN spf THEN CASE WHEN luck BETWEEN 0.5 AND 0.51 THEN 0.9 ELSE 1 END ELSE 0 END AS spf_pass_rate,
    CASE WHEN dkim THEN CASE WHEN luck BETWEEN 0.5 AND 0.51 THEN 0.9 ELSE 1 END ELSE 0 END AS dkim_pass_rate,
    spf AS spf_aligned, dkim AS dkim_aligned, 'bounce.' || sender AS spf_domain, sender AS dkim_domain,
    CASE WHEN spf OR dkim OR luck < 0.6 THEN 'none' WHEN m % 2 = 0 THEN 'quarantine' ELSE 'reject' END AS applied_policy,
    CASE WHEN NOT spf AND NOT dkim AND luck BETWEEN 0.2 AND 0.3 THEN 'forwarded'
      WHEN luck BETWEEN 0.3 AND 0.31 THEN 'local_policy' END AS override_reason,
    CASE WHEN luck BETWEEN 0.3 AND 0.31 THEN 'arc=pass' END AS override_comment,
    country AS country_code, 'reporter' || reporter || '.example' AS report_source, 'bench' AS _run_id
  FROM (SELECT *, ${ALIGNED} FROM (${drawn(records)}) JOIN (${SOURCES}) USING (m, k)) ORDER BY i`;

/** One SPF result and none to three DKIM results a record. */
const AUTH_ROWS = `
  SELECT monitor_id, record_id, report_date, auth_type, position,
    CASE WHEN auth_type = 'spf' THEN spf_domain WHEN position = 1 THEN dkim_domain
      WHEN dkim_aligned THEN 'domain' || CAST(substr(monitor_id, 4) AS INTEGER) || '.example' ELSE dkim_domain END AS domain,
    CASE WHEN auth_type = 'dkim' THEN 's' || hash(dkim_domain, position) % 3 END AS selector,
    CASE WHEN auth_type = 'spf' THEN CASE WHEN spf_aligned OR ${draw('record_id', 7)} < 0.4 THEN 'pass' ELSE 'softfail' END
      ELSE CASE WHEN dkim_aligned OR ${draw('record_id', 8)} < 0.3 THEN 'pass' ELSE 'fail' END END AS result,
    'bench' AS _run_id
  FROM report_records,
    (VALUES ('spf', 0), ('dkim', 0), ('dkim', 1), ('dkim', 2)) results(auth_type, position)
  WHERE auth_type = 'spf' OR ${draw('record_id', 9)} < [0.8, 0.35, 0.05][position + 1]`;

const LISTED_ROWS = `
  SELECT CAST(day AS DATE) AS snapshot_date, monitor_id, ip_address, ip_canonical, 4 AS ip_version,
    'private' AS ip_scope, sum(total_volume) AS total_volume_as_of,
    round(sum(total_volume * dmarc_pass_rate) / sum(total_volume), 2) AS dmarc_pass_rate,
    round(sum(total_volume * spf_pass_rate) / sum(total_volume), 2) AS spf_pass_rate,
    round(sum(total_volume * dkim_pass_rate) / sum(total_volume), 2) AS dkim_pass_rate,
    max(ip_domain) AS domain, max(country_code) AS country_code, hash(ip_address) % 20 = 0 AS is_favorite
  FROM report_records, generate_series(DATE '${LAST_DAY}' - 13, DATE '${LAST_DAY}', INTERVAL 1 DAY) days(day)
  GROUP BY ALL`;

const policy = 'v=DMARC1; p=quarantine; rua=mailto:dmarc@reports.example';
const MONITOR_ROWS = `
  SELECT ${monitorId('m')} AS monitor_id, 'domain' || m || '.example' AS domain_name, '${policy}' AS dmarc_record,
    '${policy}' AS wanted_dmarc_record, 'v=spf1 include:spf.example -all' AS spf_record, true AS is_active
  FROM range(${MONITORS}) monitors(m)`;

/** Table → the query of its rows, in the order in which they can be filled. */
const rowsOf = (records) => ({
  meta_runs: `SELECT 'bench' AS run_id, DATE '${LAST_DAY}' AS as_of_date,
    DATE '${LAST_DAY}' - DATE '1970-01-01' AS as_of_day, 'ok' AS status`,
  monitors: MONITOR_ROWS,
  monitor_history: `
    SELECT monitor_id, CAST(d AS TIMESTAMP) AS valid_from, d AS valid_from_date, dmarc_record, spf_record, p AS published_p,
      p AS effective_p FROM monitors,
      (VALUES (DATE '${LAST_DAY}' - 90, 'none'), (DATE '${LAST_DAY}' - 20, 'quarantine')) versions(d, p)`,
  dmarc_policies: `
    SELECT monitor_id, kind, true AS is_present, true AS is_valid, 'quarantine' AS p, 'quarantine' AS effective_p,
      'quarantine' AS effective_sp FROM monitors, (VALUES ('published'), ('wanted')) kinds(kind)`,
  report_records: recordRows(records),
  auth_results: AUTH_ROWS,
  aggregated_reports: LISTED_ROWS,
  report_sources: `
    SELECT DATE '${LAST_DAY}' AS snapshot_date, monitor_id, report_source, count(*) AS reports_as_of
    FROM report_records GROUP BY ALL`,
  meta_snapshots: `
    SELECT monitor_id, stream, DATE '${LAST_DAY}' AS snapshot_date
    FROM monitors, (VALUES ('aggregated_reports'), ('report_sources')) streams(stream)`,
  meta_coverage: `
    SELECT monitor_id, ip_address, ip_canonical, 'current' AS state, total_volume_as_of AS aggregated_volume,
      total_volume_as_of AS detail_volume FROM aggregated_reports WHERE snapshot_date = DATE '${LAST_DAY}'`,
});

/** Fills the tables of a new database, thresholds and calendar aside; the same rows each time. */
export async function fillMillion(database, records = 1_000_000) {
  for (const [table, rows] of Object.entries(rowsOf(records)))
    await database.run(`INSERT INTO ${table} BY NAME ${rows}`);
}
