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

test('v_disposition_daily: by what was done, pass as none, unknown words as other', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', daysAgo(4), 5, 'both', { applied_policy: 'pass' }),
    record('r2', daysAgo(4), 3, 'fail', { applied_policy: 'NONE', override_reason: 'forwarded' }),
    record('r3', daysAgo(4), 2, 'fail', { applied_policy: 'Reject' }),
    record('r4', TODAY, 1, 'fail', { applied_policy: 'discard' }),
  ]);
  expect(
    await select(
      database,
      `SELECT CAST(report_date AS VARCHAR), policy_action, is_settled, volume, pass_volume, fail_volume, overridden_volume
        FROM v_disposition_daily ORDER BY report_day, policy_action`,
    ),
  ).toEqual([
    [daysAgo(4), 'none', true, 8, 5, 3, 3],
    [daysAgo(4), 'reject', true, 2, 0, 2, 0],
    [TODAY, 'other', false, 1, 0, 1, 0],
  ]);
});

test('v_overrides: reasons and kinds of comment, unknown ones visible', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', daysAgo(2), 5, 'fail', {
      override_reason: ' Local_Policy',
      override_comment: 'ARC=pass as[1].d=x',
    }),
    record('r2', TODAY, 7, 'fail', {
      override_reason: 'local_policy',
      override_comment: 'arc=pass',
      ip_canonical: '192.0.2.2',
    }),
    record('r3', TODAY, 1, 'fail', { override_reason: 'forwarded, other' }),
    record('r4', TODAY, 2, 'both', { override_reason: 'whim' }),
    record('r5', TODAY, 3, 'fail', { override_reason: '', override_comment: 'why' }),
    record('r6', TODAY, 9, 'fail', { override_reason: '', override_comment: ' ' }),
  ]);
  expect(
    await select(
      database,
      `SELECT override_reason, override_type, comment_class, reporter, volume, fail_volume, source_ips, CAST(first_date AS VARCHAR)
        FROM v_overrides ORDER BY override_reason`,
    ),
  ).toEqual([
    ['(none)', 'none', 'other', 'google.com', 3, 3, 1, TODAY],
    ['forwarded, other', 'several', 'none', 'google.com', 1, 1, 1, TODAY],
    ['local_policy', 'local_policy', 'arc_pass', 'google.com', 12, 12, 2, daysAgo(2)],
    ['whim', 'unknown', 'none', 'google.com', 2, 0, 1, TODAY],
  ]);
});

test('v_reporters: report files and messages beside each other, and who fell silent', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'meta_snapshots', [snapshot('report_sources', daysAgo(1))]);
  await insert(database, 'report_sources', [
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: 'Google.com', reports_as_of: 7 },
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: 'google.com', reports_as_of: 2 },
    { monitor_id: 'm1', snapshot_date: daysAgo(1), report_source: 'only-listed', reports_as_of: 1 },
  ]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(6), 3, 'both'),
    record('r2', daysAgo(6), 1, 'fail'),
    record('r3', daysAgo(7), 0, 'both', { report_source: 'quiet' }),
  ]);
  expect(
    await select(
      database,
      `SELECT domain_name, reporter, reports, records, volume, pass_rate, source_ips, CAST(last_date AS VARCHAR), days_silent, is_silent
        FROM v_reporters ORDER BY reporter`,
    ),
  ).toEqual([
    ['a.example', 'google.com', 9, 2, 4, 0.75, 1, daysAgo(6), 6, false],
    ['a.example', 'only-listed', 1, 0, 0, null, 0, null, null, false],
    ['a.example', 'quiet', null, 1, 0, null, 1, daysAgo(7), 7, true],
  ]);
});

test('v_policy_impact: failing messages of 30 days, by class, less what is blocked or spared', async () => {
  const database = await openViews();
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [source('192.0.2.1', 1, { is_favorite: true })]);
  const other = { ip_canonical: '192.0.2.2' };
  await insert(database, 'report_records', [
    record('r1', daysAgo(29), 10, 'fail'),
    record('r2', daysAgo(1), 90, 'both'),
    record('r3', daysAgo(30), 500, 'fail'),
    record('r4', TODAY, 20, 'fail', { ...other, applied_policy: 'reject', override_reason: 'other' }),
    record('r5', TODAY, 40, 'fail', { ...other, override_reason: 'other' }),
    record('r6', TODAY, 80, 'fail', other),
    record('r7', TODAY, 6, 'fail', { ip_canonical: '192.0.2.3', override_reason: 'forwarded' }),
  ]);
  expect(
    await select(
      database,
      `SELECT ip_canonical, class, volume, fail_volume, fail_known_volume, fail_forwarded_volume, fail_unknown_volume,
        blocked_volume, spared_volume, at_risk_volume FROM v_policy_impact ORDER BY ip_canonical`,
    ),
  ).toEqual([
    ['192.0.2.1', 'known', 100, 10, 10, 0, 0, 0, 0, 10],
    ['192.0.2.2', 'threat_or_unknown', 140, 140, 0, 0, 140, 20, 40, 80],
    ['192.0.2.3', 'forwarder_declared', 6, 6, 0, 6, 0, 0, 6, 0],
  ]);
});
