import { expect, test } from 'vitest';
import {
  auth,
  type Cell,
  type Cells,
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

/** A record of which no rate and no flag is told, but for what is given. */
function told(cells: Cells): Cells {
  return {
    ...{
      dmarc_pass_rate: null,
      spf_pass_rate: null,
      dkim_pass_rate: null,
      spf_aligned: null,
      dkim_aligned: null,
    },
    ...cells,
  };
}

/** What 10 messages of which this is told are: pass, fail, unknown; both, DKIM only, SPF only, unattributed; outcome, is_exact. */
const CASES: readonly (readonly [string, Cells, Cell[]])[] = [
  ['nothing', {}, [0, 0, 10, 0, 0, 0, 0, 'unknown', false]],
  ['SPF and DKIM 100 %', { spf_pass_rate: 1, dkim_pass_rate: 1 }, [10, 0, 0, 10, 0, 0, 0, 'both', true]],
  ['SPF and DKIM 0 %', { spf_pass_rate: 0, dkim_pass_rate: 0 }, [0, 10, 0, 0, 0, 0, 0, 'fail', true]],
  ['SPF 100 % alone', { spf_pass_rate: 1 }, [10, 0, 0, 0, 0, 0, 10, 'unknown', false]],
  ['DKIM by its flag alone', { dkim_aligned: true }, [10, 0, 0, 0, 0, 0, 10, 'unknown', false]],
  ['SPF 0 % alone', { spf_pass_rate: 0 }, [0, 0, 10, 0, 0, 0, 0, 'unknown', false]],
  [
    'SPF 0 %, DKIM 70 %',
    { spf_pass_rate: 0, dkim_pass_rate: 0.7 },
    [7, 3, 0, 0, 7, 0, 0, 'dkim_only', false],
  ],
  [
    'SPF 50 %, DKIM 30 %',
    { spf_pass_rate: 0.5, dkim_pass_rate: 0.3 },
    [0, 0, 10, 0, 0, 0, 0, 'unknown', false],
  ],
  [
    'flags: no SPF, DKIM',
    { spf_aligned: false, dkim_aligned: true },
    [10, 0, 0, 0, 10, 0, 0, 'dkim_only', true],
  ],
  ['DMARC 100 % alone', { dmarc_pass_rate: 1 }, [10, 0, 0, 0, 0, 0, 10, 'unknown', false]],
  ['DMARC 60 % alone', { dmarc_pass_rate: 0.6 }, [6, 4, 0, 0, 0, 0, 6, 'unknown', false]],
  ['DMARC 0 % alone', { dmarc_pass_rate: 0 }, [0, 10, 0, 0, 0, 0, 0, 'fail', true]],
  [
    'DMARC 100 %, DKIM 0 %',
    { dmarc_pass_rate: 1, dkim_pass_rate: 0 },
    [10, 0, 0, 0, 0, 10, 0, 'spf_only', true],
  ],
  [
    'DMARC 80 %, SPF 0 %',
    { dmarc_pass_rate: 0.8, spf_pass_rate: 0 },
    [8, 2, 0, 0, 8, 0, 0, 'dkim_only', false],
  ],
  [
    'DMARC and SPF 100 %',
    { dmarc_pass_rate: 1, spf_pass_rate: 1 },
    [10, 0, 0, 0, 0, 0, 10, 'unknown', false],
  ],
];

/** A record for each case: of the 150 messages 91 passed, 29 failed, and of 30 nobody knows. */
async function openUnknown() {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { dmarc_record: 'x', spf_record: 'v=spf1 -all' }),
  ]);
  await insert(
    database,
    'report_records',
    CASES.map(([, cells], index) => record(`r${10 + index}`, daysAgo(1), 10, 'fail', told(cells))),
  );
  return database;
}

test('v_records: what is not told follows from the rest where that decides it, else it is not known', async () => {
  const database = await openUnknown();
  const found = await select(
    database,
    `SELECT pass_volume, fail_volume, unknown_volume, both_volume, dkim_only_volume, spf_only_volume,
      unattributed_volume, outcome, is_exact FROM v_records ORDER BY record_id`,
  );
  expect(CASES.map(([name], index) => [name, found[index]])).toEqual(
    CASES.map(([name, , wanted]) => [name, wanted]),
  );
  database.close();
});

test('rates are of the messages of which it is known', async () => {
  const database = await openUnknown();
  // SPF is told or follows in 11 records (not where nothing, DKIM alone, DMARC 100 % or 60 % alone is told), DKIM in 9.
  expect(
    await select(
      database,
      `SELECT volume, pass_volume, fail_volume, unknown_volume, pass_rate, spf_rate, dkim_rate, pass_rate_7d FROM v_domain_daily
        WHERE volume > 0`,
    ),
  ).toEqual([[150, 91, 29, 30, 91 / 120, 45 / 110, 48 / 90, 91 / 120]]);
  for (const view of [
    'v_source_daily',
    'v_source_summary',
    'v_sender_summary',
    'v_geo',
    'v_source_class',
    'v_reporters',
    'v_policy_impact',
  ])
    expect([
      view,
      await select(database, `SELECT pass_volume, fail_volume, unknown_volume, pass_rate FROM ${view}`),
    ]).toEqual([view, [[91, 29, 30, 91 / 120]]]);
  database.close();
});

test('v_policy_conformance: messages without a verdict have rows of their own', async () => {
  const database = await openUnknown();
  expect(
    await select(
      database,
      'SELECT verdict, expected_action, deviation, volume FROM v_policy_conformance ORDER BY verdict',
    ),
  ).toEqual([
    ['fail', null, 'unknown_policy', 29],
    ['pass', 'none', 'as_expected', 91],
    ['unknown', null, 'unknown_verdict', 30],
  ]);
  database.close();
});

test('v_source_class: what is not known is neither a failure nor a pass', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  const from = (ip: string, cells: Cells = {}) => ({ ip_canonical: ip, ...cells });
  await insert(database, 'report_records', [
    record('r1', daysAgo(5), 500, 'fail', from('192.0.2.1', told({}))),
    record('r2', daysAgo(5), 500, 'fail', from('192.0.2.2', told({}))),
    record('r2b', daysAgo(5), 100, 'both', from('192.0.2.2')),
    record('r3', daysAgo(5), 500, 'fail', from('192.0.2.3', told({}))),
    record('r3b', daysAgo(5), 100, 'fail', from('192.0.2.3')),
    // Passed, not told by which; what is told is DKIM only.
    record('r4', daysAgo(5), 500, 'fail', from('192.0.2.4', told({ dmarc_pass_rate: 1 }))),
    record('r4b', daysAgo(5), 50, 'dkim_only', from('192.0.2.4')),
    record('r5', daysAgo(5), 500, 'fail', from('192.0.2.5', told({ dmarc_pass_rate: 1 }))),
  ]);
  expect(
    await select(
      database,
      'SELECT ip_canonical, class, confidence, is_known, fail_volume, pass_rate FROM v_source_class ORDER BY ip_canonical',
    ),
  ).toEqual([
    ['192.0.2.1', 'no_verdict', 'low', false, 0, null],
    ['192.0.2.2', 'authorised', 'medium', true, 0, 1],
    ['192.0.2.3', 'threat_or_unknown', 'low', false, 100, 0],
    ['192.0.2.4', 'dkim_only_sender', 'medium', true, 0, 1],
    ['192.0.2.5', 'authorised', 'medium', true, 0, 1],
  ]);
  expect(
    await select(
      database,
      "SELECT evidence FROM v_source_class WHERE ip_canonical IN ('192.0.2.2', '192.0.2.4') ORDER BY 1",
    ),
  ).toEqual([
    [
      '100 of 600 messages passed, 100 by SPF, 0 by DKIM only; 0 declared forwarded; 0 with an unaligned pass; 500 without a verdict',
    ],
    [
      '550 of 550 messages passed, 0 by SPF, 50 by DKIM only; 0 declared forwarded; 0 with an unaligned pass; 500 passed, not told by which',
    ],
  ]);
  database.close();
});

test('v_enforcement_readiness: what is not known makes no domain ready, parked or failing', async () => {
  const database = await openViews();
  const policy = { monitor_id: 'm1', kind: 'published', is_present: true, is_valid: true, p: 'quarantine' };
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { dmarc_record: 'x' }),
    monitor('m2', 'b.example', { spf_record: 'v=spf1 -all' }),
  ]);
  await insert(database, 'dmarc_policies', [
    { ...policy, effective_p: 'quarantine', effective_sp: 'quarantine' },
  ]);
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [source('192.0.2.1', 1, { is_favorite: true })]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(28), 5000, 'fail', told({})),
    record('r2', daysAgo(28), 2000, 'fail', { ip_canonical: '203.0.113.1' }),
    record('r3', daysAgo(1), 7, 'fail', { monitor_id: 'm2', ...told({}) }),
  ]);
  const asked = `SELECT volume, unknown_volume, overall_pass_rate, known_volume, known_pass_rate, known_fail_volume,
    unknown_fail_volume, is_parked, confidence, ready_for, blockers FROM v_enforcement_readiness ORDER BY monitor_id`;
  const [known, parked] = await select(database, asked);
  expect(known).toEqual([
    7000,
    5000,
    0,
    5000,
    null,
    0,
    2000,
    false,
    'high',
    'none',
    'no verdict of known sources is told',
  ]);
  expect(parked?.slice(0, 3)).toEqual([7, 7, null]);
  expect(parked?.slice(7)).toEqual([
    false,
    'low',
    'none',
    expect.stringContaining('only 0 of 1000 messages; only 2 of 28 days'),
  ]);
  // 990 of 1000 with a verdict pass: ready, and 5000 without one change nothing.
  await insert(database, 'report_records', [
    record('r4', daysAgo(27), 990, 'both'),
    record('r5', daysAgo(27), 10, 'fail'),
  ]);
  expect((await select(database, asked))[0]?.slice(3)).toEqual([
    6000,
    0.99,
    10,
    2000,
    false,
    'high',
    'reject',
    null,
  ]);
  database.close();
});

test('v_anomalies and v_new_sources: messages without a verdict are no fall of the pass rate and no failing source', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [monitor('m1', 'a.example')]);
  await insert(database, 'report_records', [
    record('r1', daysAgo(20), 1000, 'both'),
    record('r2', daysAgo(1), 60, 'both'),
    record('r3', daysAgo(1), 900, 'fail', told({})),
    record('r4', daysAgo(1), 5, 'fail', { ip_canonical: '203.0.113.1', ip_network: 'n', ...told({}) }),
    // Of 3 with a verdict 2 failed.
    record('r5', daysAgo(1), 50, 'fail', { ip_canonical: '203.0.113.2', ip_network: 'o', ...told({}) }),
    record('r6', daysAgo(1), 2, 'fail', { ip_canonical: '203.0.113.2', ip_network: 'o' }),
    record('r7', daysAgo(1), 1, 'both', { ip_canonical: '203.0.113.2', ip_network: 'o' }),
  ]);
  const found = 'SELECT rule, severity, subject FROM v_anomalies ORDER BY rule, subject';
  expect(await select(database, found)).toEqual([
    ['new_source', 'medium', '203.0.113.1'],
    ['new_source_failing', 'high', '203.0.113.2'],
  ]);
  database.close();
});

test('v_aggregated_current: a rate that is not told follows from the others, or is not known', async () => {
  const database = await openViews();
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'aggregated_reports', [
    source('1', 10, { spf_pass_rate: 1 }),
    source('2', 10, { spf_pass_rate: 0, dkim_pass_rate: 0.7 }),
    source('3', 10, { spf_pass_rate: 0 }),
    source('4', 10, { dmarc_pass_rate: 0 }),
    source('5', 10, { dmarc_pass_rate: 0.6, dkim_pass_rate: 0 }),
    source('6', 0, { total_volume_as_of: null, dmarc_pass_rate: 1 }),
  ]);
  expect(
    await select(
      database,
      `SELECT ip_address, volume, pass_volume, unknown_volume, is_exact, pass_rate, spf_rate, dkim_rate FROM v_aggregated_current
        ORDER BY ip_address`,
    ),
  ).toEqual([
    ['1', 10, 10, 0, true, 1, 1, null],
    ['2', 10, 7, 0, true, 0.7, 0, 0.7],
    ['3', 10, null, 10, false, null, 0, null],
    ['4', 10, 0, 0, true, 0, 0, 0],
    ['5', 10, 6, 0, true, 0.6, 0.6, 0],
    ['6', 0, 0, 0, false, null, null, null],
  ]);
  database.close();
});

test('v_failure_reasons: only messages that failed, and hardfail is a failure', async () => {
  const database = await openViews();
  await insert(database, 'report_records', [
    record('r1', TODAY, 10, 'fail'),
    record('r2', TODAY, 5, 'fail', told({})),
  ]);
  await insert(database, 'auth_results', [
    auth('r1', 'spf', 'a.example', 'hardfail'),
    auth('r1', 'dkim', 'a.example', 'HardFail', { selector: 's' }),
    auth('r2', 'spf', 'a.example', 'fail'),
  ]);
  expect(await select(database, 'SELECT dkim_reason, spf_reason, volume FROM v_failure_reasons')).toEqual([
    ['dkim_invalid', 'spf_fail', 10],
  ]);
  for (const view of ['v_spf_domains', 'v_dkim_selectors'])
    expect([view, await select(database, `SELECT fail_messages, error_messages FROM ${view}`)]).toEqual([
      view,
      [[view === 'v_spf_domains' ? 15 : 10, 0]],
    ]);
  database.close();
});
