/**
 * Yardstick: the script that a user would write: each page is parsed, its rows are appended value by value to typed
 * tables, and each month is copied to a sorted Parquet file. No merge, no lineage, no checks, no proof.
 * `node plain.mjs JOURNAL DIRECTORY`
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBDateValue, DuckDBInstance, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { exportMonths } from './export-months.mjs';
import { readPages } from './pages.mjs';

const [journal, directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const instance = await DuckDBInstance.create(join(directory, 'plain.duckdb'));
const connection = await instance.connect();
await connection.run(`
  CREATE TABLE report_records (monitor_id VARCHAR, record_id VARCHAR, requested_ip VARCHAR, ip_address VARCHAR,
    report_date DATE, created_at TIMESTAMPTZ, ip_domain VARCHAR, total_volume BIGINT, dmarc_pass_rate DOUBLE,
    spf_pass_rate DOUBLE, dkim_pass_rate DOUBLE, spf_aligned BOOLEAN, dkim_aligned BOOLEAN, spf_domain VARCHAR,
    dkim_domain VARCHAR, applied_policy VARCHAR, override_reason VARCHAR, override_comment VARCHAR, domain VARCHAR,
    country VARCHAR, country_code VARCHAR, city VARCHAR, report_source VARCHAR);
  CREATE TABLE auth_results (monitor_id VARCHAR, record_id VARCHAR, report_date DATE, auth_type VARCHAR,
    position INTEGER, domain VARCHAR, selector VARCHAR, result VARCHAR)`);

const records = await connection.createAppender('report_records');
const results = await connection.createAppender('auth_results');
let rows = 0;
for await (const { stream, monitor_id, ip, body } of readPages(journal)) {
  if (stream !== 'report_records') continue;
  for (const row of body.data) {
    rows += 1;
    appendRecord(monitor_id, ip, row);
    if (rows % 10_000 === 0) {
      records.flushSync();
      results.flushSync();
    }
  }
}
records.closeSync();
results.closeSync();
await exportMonths(connection, directory);
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ rows }));

function appendRecord(monitor_id, ip, row) {
  const createdMs = Date.parse(row.created_at);
  const day = new DuckDBDateValue(Math.floor(createdMs / 86_400_000));
  for (const value of [monitor_id, row.id, ip, row.ip_address]) appendText(records, value);
  records.appendDate(day);
  records.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(createdMs) * 1000n));
  appendText(records, row.ip_domain);
  records.appendBigInt(BigInt(row.total_volume));
  for (const rate of [row.passed_dmarc, row.passed_spf, row.passed_dkim]) appendRate(rate);
  for (const flag of [row.aligned_spf, row.aligned_dkim]) appendFlag(flag);
  for (const value of [
    row.spf_domain,
    row.dkim_domain,
    row.applied_policy,
    row.override_reason,
    row.override_comment,
  ])
    appendText(records, value);
  for (const value of [row.domain, row.country, row.country_code, row.city, row.report_source])
    appendText(records, value);
  records.endRow();
  for (const type of ['spf', 'dkim']) {
    (row[`${type}_auth`] ?? []).forEach((entry, position) => {
      for (const value of [monitor_id, row.id]) appendText(results, value);
      results.appendDate(day);
      results.appendVarchar(type);
      results.appendInteger(position);
      for (const value of [entry.domain, entry.selector, entry.result]) appendText(results, value);
      results.endRow();
    });
  }
}

function appendText(appender, value) {
  if (value === null || value === undefined) appender.appendNull();
  else appender.appendVarchar(String(value));
}

function appendRate(value) {
  if (value === null || value === undefined) records.appendNull();
  else records.appendDouble(Number.parseFloat(value) / 100);
}

function appendFlag(value) {
  if (value === null || value === undefined) records.appendNull();
  else records.appendBoolean(Boolean(value));
}
