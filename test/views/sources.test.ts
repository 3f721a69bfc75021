import { expect, test } from 'vitest';
import {
  auth,
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

/** One IP of its own class each; m1's total is 10 000 messages. */
async function openClasses() {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [source('192.0.2.1', 1, { is_favorite: true })]);
  const of = (ip: string, cells = {}) => ({
    ip_canonical: `192.0.2.${ip}`,
    ip_domain: 'esp.example',
    ...cells,
  });
  await insert(database, 'report_records', [
    record('r1', daysAgo(40), 1000, 'fail', of('1', { ip_domain: null, applied_policy: 'reject' })),
    record(
      'r2',
      daysAgo(5),
      60,
      'fail',
      of('2', { override_reason: 'local_policy', override_comment: 'x ARC=pass' }),
    ),
    record('r2b', daysAgo(4), 40, 'both', of('2')),
    record('r3', daysAgo(5), 60, 'spf_only', of('3')),
    record('r3c', daysAgo(5), 30, 'dkim_only', of('3')),
    record('r3b', TODAY, 10, 'fail', of('3', { report_source: 'yahoo', applied_policy: 'quarantine' })),
    record('r4', daysAgo(5), 100, 'dkim_only', of('4')),
    record('r5', daysAgo(5), 8000, 'dkim_only', of('5')),
    record('r6', daysAgo(5), 300, 'fail', of('6')),
    record('r7', daysAgo(5), 400, 'fail', of('7')),
    record('r8', daysAgo(5), 0, 'fail', of('8')),
  ]);
  await insert(database, 'auth_results', [
    auth('r6', 'spf', 'esp.example', 'Pass'),
    auth('r6', 'dkim', 'esp.example', 'pass'),
    auth('r7', 'spf', 'esp.example', 'fail'),
  ]);
  return database;
}

test('v_source_class: the first class that fits, with its evidence', async () => {
  const database = await openClasses();
  // .2: 60 of 100 are declared. .3: 90 of 100 pass, 60 of them by SPF. .4: DKIM only, 100 of 10 000 is 1 %. .5: the same with 80 %.
  // .6 fails with a raw pass. .7 fails without one.
  expect(
    await select(
      database,
      'SELECT ip_canonical, class, is_known, confidence, volume, volume_share FROM v_source_class ORDER BY ip_canonical',
    ),
  ).toEqual([
    ['192.0.2.1', 'known', true, 'high', 1000, 0.1],
    ['192.0.2.2', 'forwarder_declared', false, 'medium', 100, 0.01],
    ['192.0.2.3', 'authorised', true, 'medium', 100, 0.01],
    ['192.0.2.4', 'forward_like', false, 'medium', 100, 0.01],
    ['192.0.2.5', 'dkim_only_sender', true, 'medium', 8000, 0.8],
    ['192.0.2.6', 'misconfigured', false, 'medium', 300, 0.03],
    ['192.0.2.7', 'threat_or_unknown', false, 'low', 400, 0.04],
    ['192.0.2.8', 'no_messages', false, 'low', 0, 0],
  ]);
  expect(
    await select(
      database,
      "SELECT evidence FROM v_source_class WHERE ip_canonical IN ('192.0.2.1', '192.0.2.6')",
    ),
  ).toEqual(
    expect.arrayContaining([
      [
        'favourite; 0 of 1000 messages passed, 0 by SPF, 0 by DKIM only; 0 declared forwarded; 0 with an unaligned pass',
      ],
      [
        '0 of 300 messages passed, 0 by SPF, 0 by DKIM only; 0 declared forwarded; 300 with an unaligned pass',
      ],
    ]),
  );
});

test('v_source_summary: volumes, shares, first and last day, and what is recent', async () => {
  const database = await openClasses();
  expect(
    await select(
      database,
      `SELECT ip_canonical, source_domain, class, volume, pass_volume, fail_volume, pass_rate, spf_only_volume, quarantined_volume,
        rejected_volume, overridden_volume, recent_volume, recent_fail_volume, CAST(first_date AS VARCHAR), CAST(last_date AS VARCHAR),
        days_active, reporters FROM v_source_summary WHERE ip_canonical IN ('192.0.2.1', '192.0.2.3', '192.0.2.8') ORDER BY ip_canonical`,
    ),
  ).toEqual([
    [
      '192.0.2.1',
      '(unknown)',
      'known',
      1000,
      0,
      1000,
      0,
      0,
      0,
      1000,
      0,
      0,
      0,
      daysAgo(40),
      daysAgo(40),
      1,
      1,
    ],
    [
      '192.0.2.3',
      'esp.example',
      'authorised',
      100,
      90,
      10,
      0.9,
      60,
      10,
      0,
      0,
      100,
      10,
      daysAgo(5),
      TODAY,
      2,
      2,
    ],
    [
      '192.0.2.8',
      'esp.example',
      'no_messages',
      0,
      0,
      0,
      null,
      0,
      0,
      0,
      0,
      0,
      0,
      daysAgo(5),
      daysAgo(5),
      1,
      1,
    ],
  ]);
});

test('v_sender_summary: one row a source domain, (unknown) kept', async () => {
  const database = await openClasses();
  // esp.example: 9000 messages, of which pass 40 + 90 + 100 + 8000 = 8230; known are .3 and .5: 8100. DKIM only: 30 + 100 + 8000.
  expect(
    await select(
      database,
      `SELECT source_domain, volume, volume_share, pass_volume, fail_volume, pass_rate, both_volume, dkim_only_volume, spf_only_volume,
        known_volume, source_ips, favorite_ips, reporters FROM v_sender_summary ORDER BY source_domain`,
    ),
  ).toEqual([
    ['(unknown)', 1000, 0.1, 0, 1000, 0, 0, 0, 0, 1000, 1, 1, 1],
    ['esp.example', 9000, 0.9, 8230, 770, 8230 / 9000, 40, 8130, 60, 8100, 7, 0, 2],
  ]);
});
