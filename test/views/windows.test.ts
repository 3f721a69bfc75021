import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import { readViews } from '../../src/load/views.ts';
import { randomAccount, replaceAccount } from './random-account.ts';
import {
  auth,
  type Cell,
  type Cells,
  dayNumber,
  daysAgo,
  insert,
  monitor,
  openViews,
  record,
  run,
  select,
  TODAY,
} from './view-fixture.ts';

const TO_TODAY = `report_day <= ${dayNumber(TODAY)}`;

/** What a record of the future must leave as it is, however large: windows and recency. */
const WINDOWED = [
  `SELECT COLUMNS(*) FROM v_domain_daily WHERE ${TO_TODAY}`,
  'SELECT monitor_id, ip_canonical, volume, fail_volume, at_risk_volume FROM v_policy_impact',
  `SELECT monitor_id, volume, pass_volume, unknown_volume, days_with_data, days_of_data, reporters, overall_pass_rate, dkim_rate
    FROM v_enforcement_readiness`,
  "SELECT COLUMNS(*) FROM v_anomalies WHERE rule NOT IN ('new_source', 'new_source_failing', 'known_source_now_failing')",
  'SELECT COLUMNS(* EXCLUDE (volume)) FROM v_freshness',
  'SELECT monitor_id, reporter, last_date, days_silent, is_silent FROM v_reporters',
  'SELECT monitor_id, ip_canonical, recent_volume, recent_fail_volume FROM v_source_summary WHERE recent_volume > 0',
  'SELECT monitor_id, signing_domain, selector, last_day FROM v_dkim_selectors',
  'SELECT monitor_id, spf_domain, last_day FROM v_spf_domains',
  `SELECT monitor_id, record_id, is_settled FROM v_records WHERE ${TO_TODAY}`,
  'SELECT COUNT(*) FROM v_records WHERE is_settled',
  'SELECT COUNT(*) FROM v_domain_daily WHERE is_settled',
];

/** What a few messages of a source that there was not before leave as it is: also what is guessed from all days. */
const JUDGED = [
  ...WINDOWED,
  'SELECT COLUMNS(*) FROM v_new_sources',
  'SELECT COLUMNS(*) FROM v_policy_impact',
  'SELECT COLUMNS(*) FROM v_enforcement_readiness',
  'SELECT COLUMNS(*) FROM v_anomalies',
  "SELECT monitor_id, ip_canonical, class, is_new, first_seen_date FROM v_source_class WHERE ip_canonical <> '203.0.113.9'",
];

let database: Database;

beforeAll(async () => {
  database = await openViews();
});

async function fill(seed: number): Promise<void> {
  const [account] = fc.sample(randomAccount, { seed, numRuns: 1 });
  if (account === undefined) throw new Error('no account');
  await replaceAccount(database, account);
  // So that the groups are there before the record of the future is.
  await insert(database, 'report_records', [record('base', TODAY, 100, 'dkim_only')]);
  await insert(database, 'auth_results', [
    auth('base', 'dkim', 'f.example', null, { selector: 'f' }),
    auth('base', 'spf', 'f.example', null),
  ]);
}

function allRows(queries: readonly string[]): Promise<Cell[][][]> {
  return Promise.all(queries.map((query) => select(database, `${query} ORDER BY ALL`)));
}

async function addFuture(day: string, volume: number, cells: Cells = {}): Promise<void> {
  await insert(database, 'report_records', [record('future', day, volume, 'fail', cells)]);
  await insert(database, 'auth_results', [
    auth('future', 'dkim', 'f.example', null, { selector: 'f' }),
    auth('future', 'spf', 'f.example', null),
  ]);
}

test.each(['2025-12-01', '2025-12-02', '2099-01-01'])('a record dated %s changes no window', async (day) => {
  await fill(7);
  const before = await allRows(WINDOWED);
  await addFuture(day, 1_000_000);
  expect(await allRows(WINDOWED)).toEqual(before);
});

test.each(['2025-12-01', '2099-01-01'])(
  'a source first seen %s is not new, and nothing is judged by it',
  async (day) => {
    await fill(7);
    const before = await allRows(JUDGED);
    await addFuture(day, 1, { ip_canonical: '203.0.113.9', ip_network: 'future' });
    expect(await allRows(JUDGED)).toEqual(before);
  },
);

test('records dated after today count in every total, on days that are not settled', async () => {
  const own = await openViews();
  await insert(own, 'monitors', [monitor('m1', 'a.example')]);
  await insert(own, 'report_records', [
    record('r1', TODAY, 5, 'both'),
    record('r2', daysAgo(-1), 20, 'both', { ip_canonical: '192.0.2.2' }),
    record('r3', daysAgo(-2), 100, 'fail'),
  ]);
  expect(
    await select(
      own,
      'SELECT CAST(report_date AS VARCHAR), volume, is_settled, pass_rate_7d FROM v_domain_daily ORDER BY report_day',
    ),
  ).toEqual([
    [TODAY, 5, false, 1],
    [daysAgo(-1), 20, false, 1],
    [daysAgo(-2), 100, false, 0.2],
  ]);
  for (const view of ['v_records', 'v_source_class', 'v_source_summary', 'v_domain_daily', 'v_freshness'])
    expect([view, await select(own, `SELECT SUM(volume) FROM ${view}`)]).toEqual([view, [[125]]]);
  expect(await select(own, 'SELECT ip_canonical FROM v_source_class ORDER BY ip_canonical')).toEqual([
    ['192.0.2.1'],
    ['192.0.2.2'],
  ]);
  own.close();
});

test('a record dated tomorrow hides neither that there is no data nor that a reporter is silent', async () => {
  const own = await openViews();
  await insert(own, 'monitors', [monitor('m1', 'a.example'), monitor('m2', 'b.example')]);
  await insert(own, 'report_records', [
    record('r1', daysAgo(8), 500, 'both'),
    record('r2', daysAgo(-1), 500, 'both'),
    record('r3', daysAgo(-1), 500, 'both', { monitor_id: 'm2' }),
  ]);
  expect(
    await select(own, 'SELECT monitor_id, rule, CAST(anomaly_date AS VARCHAR) FROM v_anomalies ORDER BY ALL'),
  ).toEqual([
    ['m1', 'no_data', TODAY],
    ['m1', 'reporter_silent', daysAgo(8)],
    ['m2', 'no_data', TODAY],
  ]);
  own.close();
});

test('every view gives the same rows in every session time zone', async () => {
  await fill(3);
  const queries = (await readViews()).map(({ name }) => `SELECT COLUMNS(*) FROM ${name}`);
  const answers: string[] = [];
  for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
    await database.run(`SET TimeZone = '${zone}'`);
    answers.push(JSON.stringify(await allRows(queries)));
  }
  await database.run("SET TimeZone = 'UTC'");
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).toBe(answers[0]);
});

const EXPECTED_VIEWS =
  `v_aggregated_current v_anomalies v_data_quality v_disposition_daily v_dkim_selectors v_domain_daily
  v_enforcement_readiness v_failure_reasons v_freshness v_geo v_new_sources v_overrides v_policy_conformance v_policy_current
  v_policy_drift v_policy_impact v_records v_report_sources_current v_reporters v_sender_summary v_source_class v_source_daily
  v_source_summary v_spf_domains`.split(/\s+/);

const TYPES = ['VARCHAR', 'BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP WITH TIME ZONE'];

test.each([true, false])(
  'every view is there, typed, and empty on empty tables (a run is known: %s)',
  async (hasRun) => {
    const empty = await openViews();
    if (!hasRun) await empty.run('DELETE FROM meta_runs');
    const views = await readViews();
    expect(views.map(({ name }) => name)).toEqual(EXPECTED_VIEWS);
    for (const { name } of views)
      expect([name, await select(empty, `SELECT COLUMNS(*) FROM ${name}`)]).toEqual([name, []]);
    const odd = await select(
      empty,
      `SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE table_name LIKE 'v!_%' ESCAPE '!'
      AND (data_type NOT IN (${TYPES.map((type) => `'${type}'`).join(', ')})
        OR (column_name LIKE '%volume' AND data_type <> 'BIGINT'))`,
    );
    expect(odd).toEqual([]);
    empty.close();
  },
);

test('today is the newest as_of_date of the runs, not the newest record and not the order of the runs', async () => {
  const own = await openViews();
  await insert(own, 'monitors', [monitor('m1', 'a.example')]);
  await insert(own, 'meta_runs', [run('2025-11-20')]);
  await insert(own, 'report_records', [
    record('r1', '2025-11-25', 1, 'both'),
    record('r2', '2025-12-24', 1, 'both'),
  ]);
  expect(
    await select(
      own,
      "SELECT CAST(as_of_date AS VARCHAR), CAST(last_record_date AS VARCHAR) FROM v_freshness WHERE monitor_id = 'm1'",
    ),
  ).toEqual([[TODAY, '2025-11-25']]);
  own.close();
});
