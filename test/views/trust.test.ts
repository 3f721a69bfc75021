import { expect, test } from 'vitest';
import {
  auth,
  daysAgo,
  insert,
  monitor,
  openViews,
  record,
  run,
  select,
  snapshot,
  TODAY,
} from './view-fixture.ts';

test('v_data_quality: every rule of every monitor, with what breaks it', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example'), monitor('m2', 'b.example')]);
  await insert(database, 'report_records', [
    record('r1', TODAY, 5, 'both', { dmarc_pass_rate: 0.5 }),
    record('r2', TODAY, 6, 'spf_only', { spf_aligned: false }),
    record('r3', TODAY, 7, 'dkim_only', { ip_canonical: 'X.X', ip_scope: 'invalid' }),
    record('r4', '2025-12-01', 8, 'fail', { applied_policy: 'odd' }),
    record('r5', daysAgo(3), 0, 'fail'),
    record('r6', daysAgo(1), 9, 'both'),
    record('r7', daysAgo(1), 9, 'both'),
    record('r8', daysAgo(1), 9, 'both', { report_source: 'yahoo' }),
  ]);
  await insert(database, 'auth_results', [
    auth('r3', 'dkim', 'a.example', 'fail'),
    auth('r3', 'spf', 'x', 'fail'),
    auth('r6', 'dkim', 'a.example', 'fail'),
    auth('r6', 'dkim', 'a.example', 'Pass', { position: 1 }),
    auth('r7', 'dkim', 'a.example', 'pass'),
    auth('r8', 'spf', 'x', null),
    auth('r8', 'dkim', 'a.example', 'pass'),
  ]);
  await insert(database, 'meta_coverage', [
    {
      monitor_id: 'm1',
      ip_address: '192.0.2.1',
      state: 'current',
      aggregated_volume: 100,
      detail_volume: 95,
    },
    {
      monitor_id: 'm1',
      ip_address: '192.0.2.2',
      state: 'current',
      aggregated_volume: 100,
      detail_volume: 94,
    },
    { monitor_id: 'm1', ip_address: '192.0.2.3', state: 'never', aggregated_volume: 11 },
    { monitor_id: 'm1', ip_address: '192.0.2.4', state: 'gone', aggregated_volume: 12 },
  ]);
  // r1: SPF and DKIM pass for all, DMARC for half. r2: the flag says no, the rate 100 %. r3: aligned DKIM without a pass.
  // r6: of two DKIM results one passed. r7: nothing is told about SPF. r8: aligned SPF without a pass.
  expect(
    await select(
      database,
      "SELECT rule, violations, volume, sample FROM v_data_quality WHERE monitor_id = 'm1' ORDER BY rule",
    ),
  ).toEqual([
    ['aligned_without_pass', 2, 16, 'r3'],
    ['bad_ip', 1, 7, 'r3'],
    ['details_differ', 1, 6, '192.0.2.2'],
    ['details_missing', 1, 11, '192.0.2.3'],
    ['domain_monitored_twice', 0, 0, null],
    ['duplicate_candidates', 1, 9, '192.0.2.1'],
    ['estimated', 1, 5, 'r1'],
    ['flag_disagrees', 1, 6, 'r2'],
    ['future_date', 1, 8, 'r4'],
    ['rates_disagree', 1, 5, 'r1'],
    ['unknown_action', 1, 8, 'r4'],
    ['unknown_policy', 0, 0, null],
    ['unknown_verdict', 0, 0, null],
    ['unknown_volume', 0, 0, null],
    ['withdrawn_records', 0, 0, null],
    ['zero_volume', 1, 0, 'r5'],
  ]);
  expect(
    await select(
      database,
      "SELECT COUNT(*), SUM(violations), SUM(volume), COUNT(sample) FROM v_data_quality WHERE monitor_id = 'm2'",
    ),
  ).toEqual([[16, 0, 0, 0]]);
});

test('v_data_quality: what nobody told, what the API took back, and a domain with two monitors are warnings', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example'),
    monitor('m2', ' A.Example. '),
    monitor('m3', 'a.example', { replaced_by: 'm1' }),
    monitor('m4', 'b.example'),
  ]);
  const NO_RATES = { dmarc_pass_rate: null, spf_pass_rate: null, dkim_pass_rate: null };
  await insert(database, 'report_records', [
    record('r1', TODAY, 10, 'fail', { ...NO_RATES, spf_aligned: null, dkim_aligned: null }),
    record('r2', TODAY, 20, 'both', { applied_policy: '' }),
    record('r3', TODAY, 30, 'both', { applied_policy: null }),
    record('r4', TODAY, 0, 'both', { total_volume: null }),
    // Two that are alike and one without an address: what was taken back breaks no other rule.
    record('r5', TODAY, 40, 'both', { ip_scope: 'invalid', withdrawn_date: TODAY }),
    record('r6', TODAY, 40, 'both', { ip_scope: 'invalid', withdrawn_date: TODAY }),
  ]);
  await insert(database, 'meta_coverage', [
    // All that is stored adds up to what is listed, but the newest answer served less.
    {
      monitor_id: 'm1',
      ip_address: '192.0.2.1',
      state: 'current',
      aggregated_volume: 100,
      detail_volume: 100,
      served_volume: 60,
    },
  ]);
  expect(
    await select(
      database,
      `SELECT monitor_id, rule, severity, violations, volume, sample FROM v_data_quality WHERE violations > 0
        ORDER BY monitor_id, rule`,
    ),
  ).toEqual([
    ['m1', 'details_differ', 'warn', 1, 40, '192.0.2.1'],
    ['m1', 'domain_monitored_twice', 'warn', 1, 0, 'm2'],
    ['m1', 'unknown_policy', 'warn', 2, 50, 'r2'],
    ['m1', 'unknown_verdict', 'warn', 1, 10, 'r1'],
    ['m1', 'unknown_volume', 'warn', 1, 0, 'r4'],
    ['m1', 'withdrawn_records', 'warn', 2, 80, 'r5'],
    ['m2', 'domain_monitored_twice', 'warn', 1, 0, 'm1'],
  ]);
});

test('v_freshness: the newest run is the one with the highest number, whatever clocks said', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example'),
    monitor('m2', 'a.example', { replaced_by: 'm1' }),
  ]);
  await insert(database, 'meta_runs', [
    run('2025-11-28', { run_id: '20271128T020000Z-ahead', run_number: 2, status: 'failed' }),
    run('2025-11-29', { run_id: '20251129T020000Z-right', run_number: 3, status: 'partial' }),
  ]);
  expect(
    await select(
      database,
      'SELECT monitor_id, replaced_by, last_run_status FROM v_freshness ORDER BY monitor_id',
    ),
  ).toEqual([
    ['m1', null, 'partial'],
    ['m2', 'm1', 'partial'],
  ]);
});

test('v_freshness: last listing, last record up to today, and how far details are', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example'), monitor('m2', 'b.example')]);
  await insert(database, 'meta_runs', [run(daysAgo(1), { status: 'failed' })]);
  await insert(database, 'meta_snapshots', [
    snapshot('aggregated_reports', daysAgo(2)),
    snapshot('report_sources', daysAgo(5)),
    snapshot('aggregated_reports', daysAgo(3), 'm2'),
  ]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(9), 5, 'both'),
    record('r2', daysAgo(4), 6, 'both'),
    record('r3', '2025-12-01', 7, 'both'),
  ]);
  const at = (ip_address: string, state: string) => ({ monitor_id: 'm1', ip_address, state });
  await insert(database, 'meta_coverage', [
    at('1', 'current'),
    at('2', 'stale'),
    at('3', 'never'),
    at('4', 'gone'),
  ]);
  // 3 days are allowed for reports: the newest settled day is 4 days ago. Stale is a listing over 2 days old.
  expect(
    await select(
      database,
      `SELECT monitor_id, CAST(as_of_date AS VARCHAR), last_run_status, CAST(aggregated_snapshot_date AS VARCHAR),
        CAST(sources_snapshot_date AS VARCHAR), is_stale, CAST(first_record_date AS VARCHAR), CAST(last_record_date AS VARCHAR),
        days_since_last_record, CAST(newest_settled_date AS VARCHAR), volume, listed_ips, current_ips, waiting_ips, gone_ips
        FROM v_freshness ORDER BY monitor_id`,
    ),
  ).toEqual([
    ['m1', TODAY, 'ok', daysAgo(2), daysAgo(5), false, daysAgo(9), daysAgo(4), 4, daysAgo(4), 18, 4, 1, 2, 1],
    ['m2', TODAY, 'ok', daysAgo(3), null, true, null, null, null, daysAgo(4), 0, 0, 0, 0, 0],
  ]);
});
