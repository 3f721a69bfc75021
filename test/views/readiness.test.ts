import { expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import {
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

const COLUMNS = `volume, days_with_data, days_of_data, overall_pass_rate, known_volume, known_fail_volume, unknown_fail_volume,
  worst_known_source, new_known_sources, confidence, ready_for, blockers`;

async function addPolicy(database: Database, p: string, cells: Cells = {}): Promise<void> {
  const published = { is_present: true, is_valid: true, p, effective_p: p, effective_sp: p };
  await insert(database, 'monitors', [monitor('m1', 'a.example', { dmarc_record: 'v=DMARC1', ...cells })]);
  await insert(database, 'dmarc_policies', [{ monitor_id: 'm1', kind: 'published', ...published }]);
}

async function addFavorite(database: Database): Promise<void> {
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [source('192.0.2.1', 1, { is_favorite: true })]);
}

const STRANGER = { ip_canonical: '203.0.113.1', ip_network: '203.0.113.0/24' };

test('v_enforcement_readiness: ready for reject however much strangers fail', async () => {
  const database = await openViews();
  await addPolicy(database, 'quarantine');
  await addFavorite(database);
  // 990 of 1000 known messages pass: 99 %. The stranger's 3000 lower the overall rate to 990 / 4000 = 0.2475 only.
  await insert(database, 'report_records', [
    record('r1', daysAgo(27), 900, 'both'),
    record('r2', daysAgo(1), 90, 'dkim_only'),
    record('r3', daysAgo(27), 9, 'fail'),
    record('r4', daysAgo(1), 1, 'fail'),
    record('r5', daysAgo(27), 3000, 'fail', STRANGER),
  ]);
  expect(await select(database, `SELECT ${COLUMNS} FROM v_enforcement_readiness`)).toEqual([
    [4000, 2, 28, 0.2475, 1000, 10, 3000, '192.0.2.1', 0, 'high', 'reject', null],
  ]);
});

test('v_enforcement_readiness: ready for quarantine, and every blocker of reject in words', async () => {
  const database = await openViews();
  await addPolicy(database, 'none');
  await insert(database, 'report_records', [
    // The source is authorised by 97 %. Before: 280 of 280 pass. Of late 11 of 20: 0.55, a fall of 0.45.
    record('r1', daysAgo(20), 280, 'both'),
    record('r2', daysAgo(2), 11, 'both'),
    record('r3', daysAgo(2), 9, 'fail'),
    // A new known source, 14 days or more after the first.
    record('r4', daysAgo(3), 1, 'both', STRANGER),
    // Outside the window.
    record('r5', daysAgo(30), 10, 'both'),
  ]);
  expect(await select(database, `SELECT ${COLUMNS} FROM v_enforcement_readiness`)).toEqual([
    [
      301,
      3,
      21,
      292 / 301,
      301,
      9,
      0,
      '192.0.2.1',
      1,
      'medium',
      'quarantine',
      'only 301 of 1000 messages; only 21 of 28 days of data; known sources fail 9 of 301 messages; the pass rate of known sources fell; new known sources: 1; no trusted sources marked; the policy is not yet quarantine',
    ],
  ]);
});

test('v_enforcement_readiness: without messages nothing is ready, but a parked domain is', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { dmarc_record: '' }),
    monitor('m2', 'b.example', { dmarc_record: '', spf_record: 'v=spf1 -all' }),
    monitor('m3', 'c.example', { dmarc_record: '', spf_record: 'v=spf1 -all' }),
  ]);
  await insert(database, 'report_records', [record('r1', daysAgo(2), 5, 'spf_only', { monitor_id: 'm3' })]);
  const rows = await select(
    database,
    'SELECT monitor_id, volume, overall_pass_rate, is_parked, ready_for, blockers FROM v_enforcement_readiness ORDER BY monitor_id',
  );
  expect(rows).toEqual([
    [
      'm1',
      0,
      null,
      false,
      'none',
      'no valid DMARC record is published; only 0 of 1000 messages; only 0 of 28 days of data; no known source sent anything; no trusted sources marked; the policy is not yet quarantine',
    ],
    ['m2', 0, null, true, 'reject', null],
    ['m3', 5, 1, false, 'none', expect.stringMatching(/^no valid DMARC record is published; only 5 of 1000/)],
  ]);
});

test('v_policy_conformance: the policy of the day decides, the first one also before it was seen', async () => {
  const database = await openViews();
  await insert(database, 'monitor_history', [
    version(10, 5, 'none'),
    version(5, 2, 'quarantine', { pct: 50 }),
    version(2, null, 'reject'),
  ]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(20), 1, 'fail', { applied_policy: 'quarantine' }),
    record('r2', daysAgo(6), 2, 'fail'),
    record('r3', daysAgo(5), 4, 'fail'),
    record('r4', daysAgo(3), 8, 'fail', { applied_policy: 'quarantine' }),
    record('r5', daysAgo(2), 16, 'fail', { override_reason: 'forwarded' }),
    record('r6', daysAgo(2), 32, 'fail', { applied_policy: 'reject' }),
    record('r7', daysAgo(1), 64, 'fail', { applied_policy: 'quarantine' }),
    // 3 of 4 pass: the failing one was rejected as asked, the passing ones should not have been.
    record('r8', daysAgo(1), 4, 'both', { dmarc_pass_rate: 0.75, applied_policy: 'reject' }),
    record('r9', daysAgo(1), 5, 'fail', { monitor_id: 'm2' }),
    record('s1', daysAgo(1), 6, 'fail', { applied_policy: 'odd' }),
  ]);
  expect(
    await select(
      database,
      `SELECT monitor_id, CAST(report_date AS VARCHAR), verdict, policy_p, expected_action, policy_action, deviation, is_assumed, volume
        FROM v_policy_conformance ORDER BY monitor_id, report_day, volume`,
    ),
  ).toEqual([
    ['m1', daysAgo(20), 'fail', 'none', 'none', 'quarantine', 'stricter_than_policy', true, 1],
    ['m1', daysAgo(6), 'fail', 'none', 'none', 'none', 'as_expected', false, 2],
    ['m1', daysAgo(5), 'fail', 'quarantine', 'quarantine', 'none', 'sampled_out', false, 4],
    ['m1', daysAgo(3), 'fail', 'quarantine', 'quarantine', 'quarantine', 'as_expected', false, 8],
    ['m1', daysAgo(2), 'fail', 'reject', 'reject', 'none', 'override', false, 16],
    ['m1', daysAgo(2), 'fail', 'reject', 'reject', 'reject', 'as_expected', false, 32],
    ['m1', daysAgo(1), 'fail', 'reject', 'reject', 'reject', 'as_expected', false, 1],
    ['m1', daysAgo(1), 'pass', 'reject', 'none', 'reject', 'enforced_despite_pass', false, 3],
    ['m1', daysAgo(1), 'fail', 'reject', 'reject', 'other', 'unknown_action', false, 6],
    ['m1', daysAgo(1), 'fail', 'reject', 'reject', 'quarantine', 'unexplained_leniency', false, 64],
    ['m2', daysAgo(1), 'fail', '(unknown)', null, 'none', 'unknown_policy', true, 5],
  ]);
});

function version(from: number, to: number | null, p: string, cells: Cells = {}): Cells {
  const day = daysAgo(from);
  return {
    monitor_id: 'm1',
    valid_from: `${day} 12:00:00+00`,
    valid_from_date: day,
    valid_to_date: to === null ? null : daysAgo(to),
    published_p: p,
    effective_p: p,
    ...cells,
  };
}
