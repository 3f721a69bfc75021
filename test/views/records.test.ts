import { expect, test } from 'vitest';
import {
  daysAgo,
  insert,
  monitor,
  openViews,
  record,
  select,
  snapshot,
  source,
  TODAY,
} from './view-fixture.ts';

const OUTCOMES = 'volume, pass_volume, fail_volume, both_volume, dkim_only_volume, spf_only_volume';

test('v_aggregated_current: each monitor has its own newest snapshot, and an empty one leaves it without rows', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'meta_snapshots', [
    snapshot('aggregated_reports', daysAgo(2)),
    snapshot('aggregated_reports', daysAgo(1)),
    snapshot('aggregated_reports', daysAgo(5), 'm2'),
    snapshot('aggregated_reports', daysAgo(5), 'm3'),
    snapshot('aggregated_reports', daysAgo(1), 'm3'),
    snapshot('report_sources', TODAY),
  ]);
  await insert(database, 'aggregated_reports', [
    source('192.0.2.9', 500, { snapshot_date: daysAgo(2) }),
    source('192.0.2.1', 200, { dmarc_pass_rate: 0.88, domain: ' MX.Example ', country_code: 'nl' }),
    source('192.0.2.2', 0, { dmarc_pass_rate: 0, is_favorite: null }),
    source('192.0.2.3', 100, { monitor_id: 'm2', snapshot_date: daysAgo(5), dmarc_pass_rate: 0.885 }),
    source('192.0.2.4', 9, { monitor_id: 'm3', snapshot_date: daysAgo(5) }),
  ]);
  // m1: 88 % of 200 = 176, an estimate. 0 messages have no rate. m2: 88.5 % of 100 rounds to 89. m3's newest is empty.
  const columns = `monitor_id, domain_name, CAST(snapshot_date AS VARCHAR), ip_canonical, source_domain, country_code, is_favorite,
    volume, pass_volume, is_exact, pass_rate`;
  expect(await select(database, `SELECT ${columns} FROM v_aggregated_current ORDER BY ip_canonical`)).toEqual(
    [
      ['m1', 'a.example', daysAgo(1), '192.0.2.1', 'mx.example', 'NL', false, 200, 176, false, 0.88],
      ['m1', 'a.example', daysAgo(1), '192.0.2.2', '(unknown)', '(unknown)', false, 0, 0, true, null],
      ['m2', null, daysAgo(5), '192.0.2.3', '(unknown)', '(unknown)', false, 100, 89, true, 0.885],
    ],
  );
});

test('v_report_sources_current: newest snapshot, names normalised beside the spelling', async () => {
  const database = await openViews();
  await insert(database, 'meta_snapshots', [
    snapshot('report_sources', daysAgo(2)),
    snapshot('report_sources', daysAgo(1)),
  ]);
  await insert(database, 'report_sources', [
    { monitor_id: 'm1', snapshot_date: daysAgo(2), report_source: 'google.com', reports_as_of: 7 },
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: ' Google.com', reports_as_of: 9 },
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: '', reports_as_of: null },
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: 'Ünter Mail', reports_as_of: 1 },
  ]);
  expect(
    await select(
      database,
      'SELECT report_source, reporter, reports FROM v_report_sources_current ORDER BY report_source',
    ),
  ).toEqual([
    ['', '(unknown)', 0],
    [' Google.com', 'google.com', 9],
    // Only A to Z have a lower case on which all engines agree.
    ['Ünter Mail', 'Ünter mail', 1],
  ]);
});

test('v_records: pass is aligned SPF or aligned DKIM, and the four outcomes add up', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    record('r1', TODAY, 10, 'both'),
    record('r2', TODAY, 10, 'dkim_only'),
    record('r3', TODAY, 10, 'spf_only', { applied_policy: ' Reject' }),
    record('r4', TODAY, 10, 'fail', { applied_policy: 'odd' }),
    record('r5', TODAY, 0, 'both'),
    // 200 × 90 % pass = 180, SPF 50 % = 100, DKIM 60 % = 120: DKIM only 80, SPF only 60, both 40, fail 20.
    record('r6', TODAY, 200, 'both', { dmarc_pass_rate: 0.9, spf_pass_rate: 0.5, dkim_pass_rate: 0.6 }),
    // No rates: the flags decide. SPF aligned is a pass; whether also DKIM is not told.
    record('r7', TODAY, 7, 'both', {
      dmarc_pass_rate: null,
      spf_pass_rate: null,
      dkim_pass_rate: null,
      dkim_aligned: null,
    }),
    // No volume told: 0 messages, and not exact.
    record('r8', TODAY, 0, 'fail', { total_volume: null, applied_policy: null }),
  ]);
  expect(
    await select(
      database,
      `SELECT record_id, ${OUTCOMES}, outcome, is_exact, policy_action FROM v_records ORDER BY record_id`,
    ),
  ).toEqual([
    ['r1', 10, 10, 0, 10, 0, 0, 'both', true, 'none'],
    ['r2', 10, 10, 0, 0, 10, 0, 'dkim_only', true, 'none'],
    ['r3', 10, 10, 0, 0, 0, 10, 'spf_only', true, 'reject'],
    ['r4', 10, 0, 10, 0, 0, 0, 'fail', true, 'other'],
    ['r5', 0, 0, 0, 0, 0, 0, null, true, 'none'],
    ['r6', 200, 180, 20, 40, 80, 60, 'both', false, 'none'],
    ['r7', 7, 7, 0, 0, 0, 0, 'unknown', false, 'none'],
    ['r8', 0, 0, 0, 0, 0, 0, null, false, 'unknown'],
  ]);
});

test('v_records: raw results in auth_results never decide, and never multiply a record', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [record('r1', TODAY, 10, 'fail')]);
  await insert(database, 'auth_results', [
    { monitor_id: 'm1', record_id: 'r1', auth_type: 'spf', position: 0, result: 'pass' },
    { monitor_id: 'm1', record_id: 'r1', auth_type: 'dkim', position: 0, result: 'pass' },
    { monitor_id: 'm1', record_id: 'r1', auth_type: 'dkim', position: 1, result: 'pass' },
  ]);
  expect(await select(database, `SELECT ${OUTCOMES} FROM v_records`)).toEqual([[10, 0, 10, 0, 0, 0]]);
});

test('v_records: what a record does not tell comes from the listing, else it is (unknown); settled by day', async () => {
  const database = await openViews();
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [
    source('192.0.2.1', 5, { domain: 'esp.example', country_code: 'NL' }),
    source('192.0.2.2', 5, { domain: 'esp.example', country_code: 'NL' }),
  ]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(3), 1, 'both'),
    record('r2', daysAgo(4), 1, 'both', {
      ip_canonical: '192.0.2.2',
      ip_domain: 'Own.Example',
      country_code: 'de',
    }),
    record('r3', daysAgo(4), 1, 'both', { ip_canonical: '', report_source: ' ' }),
  ]);
  // 3 days are allowed for reports: a day is settled when it lies more than 3 days back.
  expect(
    await select(
      database,
      `SELECT record_id, ip_canonical, source_domain, country_code, reporter, is_settled FROM v_records ORDER BY record_id`,
    ),
  ).toEqual([
    ['r1', '192.0.2.1', 'esp.example', 'NL', 'google.com', false],
    ['r2', '192.0.2.2', 'own.example', 'DE', 'google.com', true],
    ['r3', '(unknown)', '(unknown)', '(unknown)', '(unknown)', true],
  ]);
});
