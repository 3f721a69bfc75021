import { expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import {
  auth,
  type Cells,
  daysAgo,
  insert,
  monitor,
  openViews,
  record,
  select,
  snapshot,
  source,
} from './view-fixture.ts';

/** Views with a volume, whose sum of a domain must not hold a message twice. */
const BY_DOMAIN = [
  'v_records',
  'v_domain_daily',
  'v_source_daily',
  'v_source_summary',
  'v_sender_summary',
  'v_source_class',
  'v_disposition_daily',
  'v_reporters',
  'v_geo',
  'v_policy_conformance',
  'v_policy_impact',
  'v_failure_reasons',
  'v_freshness',
];

async function totals(database: Database): Promise<unknown[]> {
  const rows = BY_DOMAIN.map(async (view) => [
    view,
    ...(await select(
      database,
      `SELECT domain_name, SUM(volume) FROM ${view} GROUP BY domain_name ORDER BY ALL`,
    )),
  ]);
  return Promise.all(rows);
}

test('records that the API took back count nowhere, the table keeps them', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(2), 10, 'fail', { withdrawn_date: daysAgo(0) }),
    record('r2', daysAgo(1), 12, 'fail'),
  ]);
  await insert(database, 'auth_results', [
    auth('r1', 'dkim', 'a.example', 'pass', { selector: 's' }),
    auth('r1', 'spf', 'a.example', 'pass'),
    auth('r2', 'dkim', 'a.example', 'fail', { selector: 's' }),
    auth('r2', 'spf', 'a.example', 'fail'),
  ]);
  expect(await totals(database)).toEqual(BY_DOMAIN.map((view) => [view, ['a.example', 12]]));
  for (const view of ['v_dkim_selectors', 'v_spf_domains'])
    expect(await select(database, `SELECT messages_with_signature, pass_messages FROM ${view}`)).toEqual([
      [12, 0],
    ]);
  expect(await select(database, 'SELECT dkim_reason, class FROM v_failure_reasons, v_source_class')).toEqual([
    ['dkim_invalid', 'threat_or_unknown'],
  ]);
  expect(
    await select(database, 'SELECT COUNT(*), CAST(MIN(report_date) AS VARCHAR) FROM v_domain_daily'),
  ).toEqual([[2, daysAgo(1)]]);
  expect(await select(database, 'SELECT COUNT(*) FROM report_records')).toEqual([[2]]);
  database.close();
});

/** m1 was made anew as m2, which serves two of its records again, marked by `served`; m1 alone holds one before them. */
async function openReplaced(cells: Cells, served: Cells = {}): Promise<Database> {
  const database = await openViews();
  const record_of = { dmarc_record: 'v=DMARC1; p=none', wanted_dmarc_record: 'v=DMARC1; p=none' };
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { ...record_of, ...cells }),
    monitor('m2', 'a.example', record_of),
  ]);
  const policy = { is_present: true, is_valid: true, p: 'none', effective_p: 'none', effective_sp: 'none' };
  for (const monitor_id of ['m1', 'm2']) {
    const back = { monitor_id, ...(monitor_id === 'm1' ? served : {}) };
    await insert(database, 'dmarc_policies', [
      { monitor_id, kind: 'published', ...policy },
      { monitor_id, kind: 'wanted', ...policy },
    ]);
    await insert(database, 'meta_snapshots', [
      snapshot('aggregated_reports', daysAgo(1), monitor_id),
      snapshot('report_sources', daysAgo(1), monitor_id),
    ]);
    await insert(database, 'aggregated_reports', [source('192.0.2.1', 20, { monitor_id })]);
    await insert(database, 'report_sources', [
      { monitor_id, snapshot_date: daysAgo(1), report_source: 'google.com', reports_as_of: 1 },
    ]);
    await insert(database, 'report_records', [
      record(`${monitor_id}-a`, daysAgo(5), 10, 'fail', back),
      record(`${monitor_id}-b`, daysAgo(4), 20, 'fail', back),
    ]);
    await insert(database, 'auth_results', [
      auth(`${monitor_id}-a`, 'dkim', 'a.example', 'fail', { monitor_id }),
    ]);
  }
  await insert(database, 'report_records', [record('m1-old', daysAgo(6), 5, 'fail')]);
  return database;
}

test('a monitor made anew counts once by domain, and what only the old one has stays', async () => {
  const served = { withdrawn_date: daysAgo(0) };
  const database = await openReplaced({ replaced_by: 'm2', is_active: false }, served);
  expect(await totals(database)).toEqual(BY_DOMAIN.map((view) => [view, ['a.example', 35]]));
  expect(await select(database, 'SELECT monitor_id, messages_with_signature FROM v_dkim_selectors')).toEqual([
    ['m2', 10],
  ]);
  for (const view of [
    'v_policy_current',
    'v_policy_drift',
    'v_enforcement_readiness',
    'v_aggregated_current',
    'v_report_sources_current',
  ])
    expect([view, await select(database, `SELECT DISTINCT monitor_id FROM ${view}`)]).toEqual([
      view,
      [['m2']],
    ]);
  expect(
    await select(
      database,
      'SELECT monitor_id, CAST(MAX(report_date) AS VARCHAR) FROM v_domain_daily GROUP BY monitor_id ORDER BY monitor_id',
    ),
  ).toEqual([
    ['m1', daysAgo(6)],
    ['m2', daysAgo(0)],
  ]);
  expect(await select(database, "SELECT COUNT(*) FROM v_anomalies WHERE monitor_id = 'm1'")).toEqual([[0]]);
  expect(
    await select(
      database,
      "SELECT COUNT(*) FROM v_data_quality WHERE rule = 'domain_monitored_twice' AND violations > 0",
    ),
  ).toEqual([[0]]);
  database.close();
});

test('of a replaced monitor whose records nobody serves again, and of two that are both listed, every record counts', async () => {
  for (const cells of [{ replaced_by: 'm2' }, {}]) {
    const database = await openReplaced(cells);
    expect(await select(database, 'SELECT SUM(volume) FROM v_records')).toEqual([[65]]);
    database.close();
  }
});
