import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import { readViews } from '../../src/load/views.ts';
import { randomAccount, replaceAccount } from './random-account.ts';
import { type Cell, dayNumber, insert, openViews, record, run, select, TODAY } from './view-fixture.ts';

/** What a record of the future must leave as it is: windows, recency, and everything that is judged. */
const WINDOWED = [
  'SELECT COLUMNS(*) FROM v_domain_daily',
  'SELECT COLUMNS(*) FROM v_new_sources',
  'SELECT COLUMNS(*) FROM v_policy_impact',
  'SELECT COLUMNS(*) FROM v_enforcement_readiness',
  'SELECT COLUMNS(*) FROM v_anomalies',
  'SELECT COLUMNS(*) FROM v_source_class',
  'SELECT COLUMNS(* EXCLUDE (volume)) FROM v_freshness',
  'SELECT monitor_id, reporter, last_date, days_silent, is_silent FROM v_reporters',
  'SELECT monitor_id, ip_canonical, class, recent_volume, recent_fail_volume FROM v_source_summary',
  'SELECT monitor_id, signing_domain, selector, last_day FROM v_dkim_selectors',
  'SELECT monitor_id, spf_domain, last_day FROM v_spf_domains',
  `SELECT monitor_id, record_id, is_settled FROM v_records WHERE report_day <= ${dayNumber(TODAY)}`,
  'SELECT COUNT(*) FROM v_records WHERE is_settled',
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
    {
      monitor_id: 'm1',
      record_id: 'base',
      auth_type: 'dkim',
      position: 0,
      domain: 'f.example',
      selector: 'f',
    },
    { monitor_id: 'm1', record_id: 'base', auth_type: 'spf', position: 0, domain: 'f.example' },
  ]);
}

function allRows(queries: readonly string[]): Promise<Cell[][][]> {
  return Promise.all(queries.map((query) => select(database, `${query} ORDER BY ALL`)));
}

test.each(['2025-12-01', '2099-01-01'])('a record dated %s changes no window', async (day) => {
  await fill(7);
  const before = await allRows(WINDOWED);
  await insert(database, 'report_records', [record('future', day, 1_000_000, 'fail')]);
  await insert(database, 'auth_results', [
    {
      monitor_id: 'm1',
      record_id: 'future',
      auth_type: 'dkim',
      position: 0,
      domain: 'f.example',
      selector: 'f',
    },
    { monitor_id: 'm1', record_id: 'future', auth_type: 'spf', position: 0, domain: 'f.example' },
  ]);
  expect(await allRows(WINDOWED)).toEqual(before);
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
  await insert(own, 'meta_runs', [run('2025-11-20')]);
  await insert(own, 'report_records', [
    record('r1', '2025-11-25', 1, 'both'),
    record('r2', '2025-12-24', 1, 'both'),
  ]);
  const [[last]] = (await select(own, 'SELECT CAST(MAX(report_date) AS VARCHAR) FROM v_domain_daily')) as [
    [Cell],
  ];
  expect(last).toBe(TODAY);
  own.close();
});
