import { expect, test } from 'vitest';
import { auth, type Cells, daysAgo, insert, monitor, openViews, record, select } from './view-fixture.ts';

const FOUND = `SELECT rule, severity, CAST(anomaly_date AS VARCHAR), subject, volume, baseline FROM v_anomalies
  ORDER BY rule, anomaly_date, subject`;

test('v_anomalies: a spike and a drop against the same weekday, sources and countries that are new', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  // 100 a day for 40 days, but 20 on settled day 5, and 250 today; today also 1 failing message from elsewhere.
  const days = Array.from({ length: 41 }, (_, back) => back);
  await insert(database, 'report_records', [
    ...days.map((back) =>
      record(`d${back}`, daysAgo(back), back === 5 ? 20 : back === 0 ? 249 : 100, 'both'),
    ),
    record('new', daysAgo(0), 1, 'fail', {
      ip_canonical: '203.0.113.1',
      ip_network: 'n',
      country_code: 'NL',
    }),
  ]);
  expect(await select(database, FOUND)).toEqual([
    ['new_country', 'medium', daysAgo(0), 'NL', 1, null],
    ['new_source_failing', 'high', daysAgo(0), '203.0.113.1', 1, null],
    ['volume_drop', 'medium', daysAgo(5), '', 20, 100],
    ['volume_spike', 'medium', daysAgo(0), '', 250, 100],
  ]);
});

test('v_anomalies: a quiet weekday each week is no drop, and unsettled days are never one', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  // Nothing on every 7th day (5, 12, 19 … days ago), and little in the 3 days that are not settled.
  const days = Array.from({ length: 41 }, (_, back) => back).filter((back) => back % 7 !== 5);
  await insert(
    database,
    'report_records',
    days.map((back) => record(`d${back}`, daysAgo(back), back <= 3 ? 1 : 100, 'both')),
  );
  expect(await select(database, FOUND)).toEqual([]);
});

test('v_anomalies: what passed before fails now, a reporter and a selector are gone', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    // Before: 1000 of 1000 pass. Of late 40 of 60: 0.67, a fall of a third. The source itself still passes for most.
    record('r1', daysAgo(12), 940, 'both', { report_source: 'yahoo' }),
    record('r2', daysAgo(2), 40, 'both'),
    // 95 % of this source's messages are aligned; of late its only message fails.
    record('r3', daysAgo(12), 60, 'both', { ip_canonical: '192.0.2.2' }),
    record('r4', daysAgo(1), 3, 'fail', { ip_canonical: '192.0.2.2' }),
    record('r5', daysAgo(1), 17, 'fail', { ip_canonical: '192.0.2.3' }),
    record('r6', daysAgo(29), 0, 'fail', { ip_canonical: '192.0.2.3' }),
  ]);
  await insert(database, 'auth_results', [
    auth('r1', 'dkim', 'a.example', 'pass', { selector: 'old' }),
    auth('r2', 'dkim', 'a.example', 'pass', { selector: 'new' }),
  ]);
  expect(await select(database, FOUND)).toEqual([
    ['known_source_now_failing', 'high', daysAgo(0), '192.0.2.2', 3, 0],
    ['pass_rate_drop', 'high', daysAgo(0), '', 20, 0],
    ['reporter_silent', 'low', daysAgo(12), 'yahoo', 940, null],
    ['selector_disappeared', 'low', daysAgo(12), 'old._domainkey.a.example', 940, null],
  ]);
});

test('v_anomalies: silence and changed records', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example'),
    monitor('m2', 'b.example'),
    monitor('m3', 'c.example', { is_active: false }),
    monitor('m4', 'd.example'),
  ]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(4), 1, 'both'),
    record('r2', daysAgo(3), 1, 'both', { monitor_id: 'm4' }),
  ]);
  await insert(database, 'monitor_history', [
    version('m4', 20, { dmarc_record: 'old', effective_p: 'none', effective_sp: 'none' }),
    version('m4', 10, {
      dmarc_record: 'strict',
      effective_p: 'reject',
      effective_sp: 'reject',
      spf_record: 'a',
    }),
    version('m4', 6, { dmarc_record: 'weak', effective_p: 'reject', effective_sp: 'none', spf_record: 'a' }),
    version('m4', 3, { dmarc_record: 'weak', effective_p: 'reject', effective_sp: 'none', spf_record: 'b' }),
    version('m4', 1, { dmarc_record: 'again', effective_p: 'reject', effective_sp: 'none', spf_record: 'b' }),
  ]);
  expect(
    await select(
      database,
      'SELECT monitor_id, rule, severity, CAST(anomaly_date AS VARCHAR), subject FROM v_anomalies ORDER BY monitor_id, rule, anomaly_date',
    ),
  ).toEqual([
    ['m1', 'no_data', 'high', daysAgo(0), ''],
    ['m2', 'no_data', 'high', daysAgo(0), ''],
    ['m4', 'policy_changed', 'medium', daysAgo(1), 'again'],
    ['m4', 'policy_weakened', 'high', daysAgo(6), 'weak'],
    ['m4', 'spf_changed', 'medium', daysAgo(3), 'b'],
  ]);
});

function version(monitor_id: string, back: number, cells: Cells): Cells {
  const day = daysAgo(back);
  return { monitor_id, valid_from: `${day} 12:00:00+00`, valid_from_date: day, ...cells };
}
