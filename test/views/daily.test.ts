import { expect, test } from 'vitest';
import { daysAgo, insert, monitor, openViews, record, run, select, TODAY } from './view-fixture.ts';

const OUTCOMES = 'volume, pass_volume, fail_volume, both_volume, dkim_only_volume, spf_only_volume';

test('v_domain_daily: quiet days are rows, rates are weighted, the rolling rate is sum by sum', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    // Two days ago: 99 of 100 messages passed, though half of the records failed: 0.99, not 0.5.
    record('r1', daysAgo(2), 99, 'both'),
    record('r2', daysAgo(2), 1, 'fail', {
      ip_canonical: '192.0.2.2',
      applied_policy: 'reject',
      report_source: 'b',
    }),
    // Yesterday nothing. Today 100 of 300: rolling (99 + 100) / 400 = 0.4975.
    record('r3', TODAY, 100, 'dkim_only'),
    record('r4', TODAY, 200, 'fail', { applied_policy: 'quarantine' }),
  ]);
  expect(
    await select(
      database,
      `SELECT domain_name, CAST(report_date AS VARCHAR), is_settled, ${OUTCOMES}, pass_rate, spf_rate, dkim_rate, pass_rate_7d,
        quarantined_volume, rejected_volume, source_ips, reporters FROM v_domain_daily ORDER BY report_day`,
    ),
  ).toEqual([
    ['a.example', daysAgo(2), false, 100, 99, 1, 99, 0, 0, 0.99, 0.99, 0.99, 0.99, 0, 1, 2, 2],
    ['a.example', daysAgo(1), false, 0, 0, 0, 0, 0, 0, null, null, null, 0.99, 0, 0, 0, 0],
    ['a.example', TODAY, false, 300, 100, 200, 0, 100, 0, 1 / 3, 0, 1 / 3, 0.4975, 200, 0, 1, 1],
  ]);
});

test('v_domain_daily: silence up to today is visible, and day 8 leaves the rolling rate', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [record('r1', daysAgo(7), 5, 'both')]);
  await insert(database, 'meta_runs', [run(daysAgo(9))]);
  expect(
    await select(
      database,
      'SELECT COUNT(*), MIN(pass_rate_7d), COUNT(pass_rate_7d), COUNT(CASE WHEN is_settled THEN 1 END) FROM v_domain_daily',
    ),
  ).toEqual([[8, 1, 7, 4]]);
});

test('v_source_daily: one row an IP, day and reporter, whatever the spelling of the reporter', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', daysAgo(5), 8, 'both', { report_source: 'Google.com' }),
    record('r2', daysAgo(5), 2, 'fail', { applied_policy: 'quarantine', override_reason: 'forwarded' }),
    record('r3', daysAgo(5), 3, 'spf_only', { report_source: 'yahoo' }),
    record('r4', daysAgo(1), 4, 'dkim_only'),
    record('r5', daysAgo(1), 0, 'fail', { ip_canonical: '192.0.2.2', applied_policy: 'reject' }),
  ]);
  expect(
    await select(
      database,
      `SELECT ip_canonical, CAST(report_date AS VARCHAR), reporter, is_settled, ${OUTCOMES}, pass_rate, quarantined_volume,
        rejected_volume, overridden_volume, records FROM v_source_daily ORDER BY ip_canonical, report_day, reporter`,
    ),
  ).toEqual([
    ['192.0.2.1', daysAgo(5), 'google.com', true, 10, 8, 2, 8, 0, 0, 0.8, 2, 0, 2, 2],
    ['192.0.2.1', daysAgo(5), 'yahoo', true, 3, 3, 0, 0, 0, 3, 1, 0, 0, 0, 1],
    ['192.0.2.1', daysAgo(1), 'google.com', false, 4, 4, 0, 0, 4, 0, 1, 0, 0, 0, 1],
    ['192.0.2.2', daysAgo(1), 'google.com', false, 0, 0, 0, 0, 0, 0, null, 0, 0, 0, 1],
  ]);
});
