import { expect, test } from 'vitest';
import { auth, daysAgo, insert, monitor, openViews, record, select, TODAY } from './view-fixture.ts';

test('v_dkim_selectors: domain, selector and result of one signature stay together, a record counts once in each', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(2), 10, 'both'),
    record('r2', TODAY, 5, 'fail', { ip_canonical: '192.0.2.2' }),
  ]);
  await insert(database, 'auth_results', [
    auth('r1', 'dkim', 'Mail.a.example', 'pass', { selector: 'S1' }),
    auth('r1', 'dkim', 'esp.example', 'fail', { selector: 's2', position: 1 }),
    auth('r1', 'dkim', 'esp.example', 'pass', { selector: 's2', position: 2 }),
    auth('r2', 'dkim', 'mail.a.example', 'temperror', { selector: 's1' }),
    auth('r2', 'dkim', 'nota.example', 'neutral', { position: 1 }),
    auth('r1', 'spf', 'other.example', 'pass'),
    auth('gone', 'dkim', 'gone.example', 'pass'),
  ]);
  expect(
    await select(
      database,
      `SELECT signing_domain, selector, is_own_domain, messages_with_signature, pass_messages, error_messages, fail_messages, pass_rate,
        source_ips, CAST(first_date AS VARCHAR), CAST(last_date AS VARCHAR) FROM v_dkim_selectors ORDER BY signing_domain`,
    ),
  ).toEqual([
    ['esp.example', 's2', false, 10, 10, 0, 0, 1, 1, daysAgo(2), daysAgo(2)],
    ['mail.a.example', 's1', true, 15, 10, 5, 0, 10 / 15, 2, daysAgo(2), TODAY],
    ['nota.example', '(unknown)', false, 5, 0, 0, 5, 0, 1, TODAY, TODAY],
  ]);
});

test('v_spf_domains: return paths with their raw results', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'news.a.example')]);
  await insert(database, 'report_records', [record('r1', TODAY, 10, 'both'), record('r2', TODAY, 0, 'fail')]);
  await insert(database, 'auth_results', [
    auth('r1', 'spf', 'A.example', 'softfail'),
    auth('r1', 'spf', null, 'pass', { position: 1 }),
    auth('r1', 'dkim', 'd.example', 'pass'),
    auth('r2', 'spf', 'zero.example', 'unknown'),
  ]);
  expect(
    await select(
      database,
      `SELECT spf_domain, is_own_domain, messages_with_signature, pass_messages, error_messages, fail_messages, pass_rate
        FROM v_spf_domains ORDER BY spf_domain`,
    ),
  ).toEqual([
    ['(unknown)', false, 10, 10, 0, 0, 1],
    ['a.example', true, 10, 0, 0, 10, 0],
    ['zero.example', false, 0, 0, 0, 0, null],
  ]);
});

test('v_geo: by country code, (unknown) kept, NA is Namibia', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', TODAY, 30, 'both', { country_code: 'na' }),
    record('r2', TODAY, 10, 'fail', { country_code: 'NA', ip_canonical: '192.0.2.2' }),
    record('r3', TODAY, 60, 'dkim_only', { country_code: ' ' }),
  ]);
  expect(
    await select(
      database,
      `SELECT country_code, volume, volume_share, pass_volume, fail_volume, pass_rate, both_volume, dkim_only_volume, source_ips
        FROM v_geo ORDER BY country_code`,
    ),
  ).toEqual([
    ['(unknown)', 60, 0.6, 60, 0, 1, 0, 60, 1],
    ['NA', 40, 0.4, 30, 10, 0.75, 30, 0, 2],
  ]);
});
