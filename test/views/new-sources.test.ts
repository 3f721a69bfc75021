import { expect, test } from 'vitest';
import { auth, daysAgo, insert, openViews, record, select, TODAY } from './view-fixture.ts';

test('v_new_sources: new by its first day with messages, after the first days of the monitor', async () => {
  const database = await openViews();
  const of = (ip: string, network: string, ip_domain: string | null) => ({
    ip_canonical: ip,
    ip_network: network,
    ip_domain,
  });
  await insert(database, 'report_records', [
    record('old', daysAgo(60), 9, 'both', of('192.0.2.1', 'n1', 'esp.example')),
    record('n1', daysAgo(13), 3, 'fail', of('192.0.2.2', 'n1', null)),
    record('n2', daysAgo(13), 3, 'fail', of('198.51.100.1', 'n2', 'esp.example')),
    record('n3', daysAgo(1), 3, 'fail', of('203.0.113.1', 'n3', null)),
    record('n3b', daysAgo(20), 0, 'fail', of('203.0.113.1', 'n3', null)),
    record('n4', daysAgo(1), 4, 'both', of('203.0.114.1', 'n4', 'new.example')),
    record('n5', daysAgo(14), 4, 'both', of('203.0.115.1', 'n5', 'other.example')),
    // A monitor whose first record is 13 days old has only new sources: none is told.
    record('o1', daysAgo(13), 4, 'fail', { ...of('192.0.2.1', 'n1', null), monitor_id: 'm2' }),
    record('o2', TODAY, 4, 'fail', { ...of('192.0.2.2', 'n2', null), monitor_id: 'm2' }),
  ]);
  // 14 days up to today are those 0 to 13 days ago.
  expect(
    await select(
      database,
      `SELECT ip_canonical, CAST(first_seen_date AS VARCHAR), volume, fail_volume, prior_network_seen, prior_domain_seen, severity
        FROM v_new_sources ORDER BY ip_canonical`,
    ),
  ).toEqual([
    ['192.0.2.2', daysAgo(13), 3, 3, true, false, 'low'],
    ['198.51.100.1', daysAgo(13), 3, 3, false, true, 'low'],
    ['203.0.113.1', daysAgo(1), 3, 3, false, false, 'high'],
    ['203.0.114.1', daysAgo(1), 4, 0, false, false, 'medium'],
  ]);
});

test('v_failure_reasons: each failing message has one row, a raw pass is a misalignment', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', TODAY, 10, 'fail', { applied_policy: 'reject' }),
    record('r2', TODAY, 20, 'fail'),
    record('r3', TODAY, 40, 'fail', { override_reason: 'other' }),
    record('r4', TODAY, 80, 'fail'),
    record('r5', TODAY, 160, 'fail'),
    record('r6', TODAY, 320, 'both'),
    // 25 % of 4 messages fail: 1.
    record('r7', TODAY, 4, 'both', { dmarc_pass_rate: 0.75 }),
  ]);
  await insert(database, 'auth_results', [
    auth('r1', 'dkim', 'x.example', 'fail'),
    auth('r1', 'dkim', 'esp.example', 'PASS', { position: 1 }),
    auth('r1', 'spf', 'esp.example', 'pass'),
    auth('r2', 'spf', 'esp.example', ' Pass'),
    auth('r2', 'dkim', 'a.example', 'neutral'),
    auth('r3', 'spf', 'x.example', 'unknown'),
    auth('r3', 'dkim', null, 'none'),
    auth('r4', 'spf', 'x.example', 'hardfail'),
    auth('r4', 'dkim', 'x.example', 'error'),
    auth('r6', 'dkim', 'a.example', 'pass'),
  ]);
  expect(
    await select(
      database,
      'SELECT reason, dkim_reason, spf_reason, volume, blocked_volume, overridden_volume FROM v_failure_reasons ORDER BY volume',
    ),
  ).toEqual([
    ['dkim_pass_unaligned', 'dkim_pass_unaligned', 'spf_pass_unaligned', 10, 10, 0],
    ['spf_pass_unaligned', 'dkim_invalid', 'spf_pass_unaligned', 20, 0, 0],
    ['spf_temperror', 'no_dkim_signature', 'spf_temperror', 40, 0, 40],
    ['dkim_permerror', 'dkim_permerror', 'spf_fail', 80, 0, 0],
    ['no_dkim_signature', 'no_dkim_signature', 'no_spf_result', 161, 0, 0],
  ]);
});
