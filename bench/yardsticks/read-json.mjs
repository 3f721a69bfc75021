/**
 * Yardstick: DuckDB reads the journal by itself, on all cores, into the same two big tables, and copies each month to a
 * sorted Parquet file. No merge, no lineage, no quarantine, no checks, no proof. `node read-json.mjs JOURNAL DIRECTORY`
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { exportMonths } from './export-months.mjs';

const [journal, directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const instance = await DuckDBInstance.create(join(directory, 'read-json.duckdb'));
const connection = await instance.connect();

const TEXTS = [
  ...['ip_domain', 'spf_domain', 'dkim_domain', 'applied_policy', 'override_reason', 'override_comment'],
  ...['domain', 'country', 'country_code', 'city', 'report_source'],
];
const ENTRY = 'STRUCT("type" VARCHAR, result VARCHAR, "domain" VARCHAR, selector VARCHAR)[]';
const ROW = `STRUCT(id VARCHAR, ip_address VARCHAR, total_volume BIGINT, created_at VARCHAR, passed_dmarc VARCHAR,
  passed_spf VARCHAR, passed_dkim VARCHAR, aligned_spf VARCHAR, aligned_dkim VARCHAR,
  ${TEXTS.map((name) => `"${name}" VARCHAR`).join(', ')}, spf_auth ${ENTRY}, dkim_auth ${ENTRY})`;
const RATE = (name) => `TRY_CAST(REPLACE(r.${name}, '%', '') AS DOUBLE) / 100`;

await connection.run("SET TimeZone = 'UTC'");
await connection.run(`
  CREATE TEMP TABLE pages AS
  SELECT monitor_id, ip, UNNEST(body.data) AS r
  FROM read_json('${journal}', format = 'newline_delimited', maximum_object_size = 67108864, columns = {
    stream: 'VARCHAR', status: 'VARCHAR', monitor_id: 'VARCHAR', ip: 'VARCHAR', body: 'STRUCT("data" ${ROW}[])'})
  WHERE stream = 'report_records' AND status = '200'`);
await connection.run(`
  CREATE TABLE report_records AS
  SELECT monitor_id, r.id AS record_id, ip AS requested_ip, r.ip_address AS ip_address,
    CAST(CAST(r.created_at AS TIMESTAMPTZ) AS DATE) AS report_date, CAST(r.created_at AS TIMESTAMPTZ) AS created_at,
    r.total_volume AS total_volume, ${RATE('passed_dmarc')} AS dmarc_pass_rate, ${RATE('passed_spf')} AS spf_pass_rate,
    ${RATE('passed_dkim')} AS dkim_pass_rate, CAST(r.aligned_spf AS BOOLEAN) AS spf_aligned,
    CAST(r.aligned_dkim AS BOOLEAN) AS dkim_aligned, ${TEXTS.map((name) => `r."${name}" AS "${name}"`).join(', ')}
  FROM pages`);
const resultsOf = (type) => `
  SELECT monitor_id, record_id, report_date, '${type}' AS auth_type, position - 1 AS position, entry.domain AS domain,
    entry.selector AS selector, entry.result AS result
  FROM (SELECT monitor_id, r.id AS record_id, CAST(CAST(r.created_at AS TIMESTAMPTZ) AS DATE) AS report_date,
      UNNEST(r.${type}_auth) AS entry, UNNEST(RANGE(1, LEN(r.${type}_auth) + 1)) AS position
    FROM pages)`;
await connection.run(`CREATE TABLE auth_results AS ${resultsOf('spf')} UNION ALL ${resultsOf('dkim')}`);
await exportMonths(connection, directory);
const reader = await connection.runAndReadAll('SELECT COUNT(*) FROM report_records');
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ rows: Number(reader.getRows()[0][0]) }));
