import { afterEach, expect, test } from 'vitest';
import { openPublished } from '../../src/load/verify.ts';
import { Account, DAY_MS } from './night.ts';
import { type Json, type SmallApi, type SmallMonitor, smallRecord, startSmallApi } from './small-api.ts';

/** Faults that users of other tools reported, tried here on a small hand-made account over several nights. */

let world: Account;
let api: SmallApi;
afterEach(() => Promise.all([world.close(), api.close()]));

async function open(monitors: readonly SmallMonitor[]): Promise<void> {
  world = await Account.open({ monitors: 0 });
  api = await startSmallApi(monitors, world.clock.now);
}

async function night(flags: Parameters<Account['run']>[0] = {}) {
  const summary = await world.run({ apiUrl: api.url, verify: '0', ...flags });
  world.clock.advance(DAY_MS);
  return summary;
}

async function ask(sql: string): Promise<unknown[][]> {
  const database = await openPublished(world.current);
  const rows = await database.rows(sql);
  database.close();
  return rows.map((row) =>
    Object.values(row).map((value) => (typeof value === 'bigint' ? Number(value) : value)),
  );
}

const warned = ({ failed_checks }: Awaited<ReturnType<typeof night>>) =>
  failed_checks.map(({ name, violations }) => `${name} ${violations}`);

const DAY = '2025-11-04';
const volume = (view = 'v_records') => ask(`SELECT CAST(SUM(volume) AS BIGINT) FROM ${view}`);
const one = (ips: Record<string, readonly Json[]>, more: Partial<SmallMonitor> = {}): SmallMonitor => ({
  ...{ id: 'm1', name: 'a.example', ips },
  ...more,
});

test('A1: a record that grew stays so, in every later night and after a full one', async () => {
  await open([one({ '192.0.2.1': [smallRecord('r1', DAY, 10)] })]);
  await night();
  api.monitors = [one({ '192.0.2.1': [smallRecord('r1', DAY, 25)] })];
  for (const flags of [{}, {}, { full: true }]) {
    expect(warned(await night(flags))).toEqual([]);
    expect(await volume()).toEqual([[25]]);
  }
});

test('A4: 60 monitors, 60 addresses and 1,190 messages where the API gives 25 rows a page and tells nothing', async () => {
  const ips = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `198.51.100.${i}`,
      Array.from({ length: i === 0 ? 60 : 1 }, (_, r) => smallRecord(`r${i}-${r}`, DAY, i === 0 ? 10 : 10)),
    ]),
  );
  const others = Array.from({ length: 59 }, (_, m) => ({ id: `n${m}`, name: `n${m}.example`, ips: {} }));
  await open([one(ips), ...others]);
  api.cut = (rows, page, limit) => ({ data: rows.slice((page - 1) * 25, page * 25).slice(0, limit) });
  const summary = await night();
  expect(summary.status).toBe('ok');
  expect(await ask('SELECT (SELECT COUNT(*) FROM monitors), (SELECT COUNT(*) FROM meta_coverage)')).toEqual([
    [60, 60],
  ]);
  expect(await volume()).toEqual([[1190]]);
});

test('A5: rows that are left out after pages were cut are no end of the listing', async () => {
  const ips = Object.fromEntries(
    Array.from({ length: 248 }, (_, i) => [`198.51.100.${i}`, [smallRecord(`r${i}`, DAY, 1, { n: i })]]),
  );
  await open([one(ips)]);
  const hidden = new Set(['198.51.100.3', '198.51.100.44', '198.51.100.101']);
  api.cut = (rows, page, limit) => ({
    data: rows
      .slice((page - 1) * limit, page * limit)
      .filter(({ ip_address }) => !hidden.has(String(ip_address))),
  });
  expect((await night()).status).toBe('ok');
  expect(await ask('SELECT COUNT(*) FROM meta_coverage')).toEqual([[245]]);
});

test('A8: a record that the API took back is marked, counts nowhere, and counts again when it is served again', async () => {
  const [r1, r2] = [smallRecord('r1', DAY, 10), smallRecord('r2', DAY, 12)];
  await open([one({ '192.0.2.1': [r1], '192.0.2.2': [smallRecord('other', DAY, 1)] })]);
  await night();
  api.monitors = [one({ '192.0.2.1': [r2], '192.0.2.2': [smallRecord('other', DAY, 1)] })];
  for (const flags of [{}, {}, { full: true }]) {
    expect(warned(await night(flags))).toEqual([]);
    expect(await volume()).toEqual([[13]]);
    expect(await ask('SELECT record_id FROM report_records WHERE withdrawn_date IS NOT NULL')).toEqual([
      ['r1'],
    ]);
    expect(await ask('SELECT rule, violations FROM v_data_quality WHERE violations > 0')).toEqual([
      ['withdrawn_records', 1],
    ]);
  }
  api.monitors = [one({ '192.0.2.1': [r1, r2], '192.0.2.2': [smallRecord('other', DAY, 1)] })];
  await night();
  expect(await volume()).toEqual([[23]]);
});

test('A8: a listing that its details do not add up to is told every night, also of a windowed monitor', async () => {
  await open([
    one(
      { '192.0.2.1': [smallRecord('r1', DAY, 10)] },
      { listed: [{ ip_address: '192.0.2.1', total_volume: 14, passed_dmarc: '100%' }] },
    ),
  ]);
  for (let nights = 0; nights < 3; nights += 1) expect(warned(await night())).toContain('details_add_up 1');
  api.monitors = [
    one(
      { '192.0.2.1': [smallRecord('r1', DAY, 10)] },
      { listed: [{ ip_address: '192.0.2.1', total_volume: 4, passed_dmarc: '100%' }] },
    ),
  ];
  for (const flags of [{}, {}, { full: true }])
    expect(warned(await night(flags))).toContain('details_add_up 1');
  expect(await ask('SELECT is_cumulative FROM meta_monitor_state')).toEqual([[false]]);
});

test('A9: one record id below two addresses, and on two days of one, loses nothing', async () => {
  const shared = (volumes: number) =>
    smallRecord('r1', DAY, volumes, { spf_auth: [{ result: 'pass', domain: 'a.example' }] });
  await open([
    one({
      '192.0.2.1': [shared(20)],
      '192.0.2.2': [shared(30)],
      '192.0.2.3': [smallRecord('r2', DAY, 10), smallRecord('r2', '2025-11-03', 10)],
    }),
  ]);
  for (const flags of [{}, {}, { full: true }, { verify: '100%' }]) {
    expect(warned(await night(flags))).toEqual([]);
    expect(await volume()).toEqual([[70]]);
    expect(await ask('SELECT COUNT(*), COUNT(DISTINCT record_id) FROM report_records')).toEqual([[4, 4]]);
    expect(await ask('SELECT COUNT(*) FROM auth_results')).toEqual([[2]]);
  }
  expect(
    await ask(
      "SELECT json_extract_string(extra, '$.id') FROM report_records WHERE extra IS NOT NULL ORDER BY 1",
    ),
  ).toEqual([['r1'], ['r2']]);
});

test('A10: a domain whose monitor was made anew is not doubled in what is read by domain', async () => {
  const history = { '192.0.2.1': [smallRecord('r1', DAY, 10)] };
  await open([one({ ...history, '192.0.2.9': [smallRecord('r0', '2025-10-01', 5)] })]);
  await night();
  const anew = { '192.0.2.1': [smallRecord('s1', DAY, 10)] };
  api.monitors = [{ id: 'm2', name: 'A.Example.', ips: anew }];
  await night({ acceptNewAccount: true });
  expect(
    await ask('SELECT domain_name, CAST(SUM(volume) AS BIGINT) FROM v_records GROUP BY domain_name'),
  ).toEqual([['a.example', 15]]);
  for (const view of ['v_enforcement_readiness', 'v_policy_current'])
    expect(await ask(`SELECT monitor_id FROM ${view}`)).toEqual([['m2']]);
  expect(await ask('SELECT monitor_id, replaced_by FROM monitors ORDER BY monitor_id')).toEqual([
    ['m1', 'm2'],
    ['m2', null],
  ]);
});

test('A10: what only the ended monitor has counts on, and all of it if it is listed again', async () => {
  const old = (days: readonly string[]) => days.map((day, n) => smallRecord(`r${n}`, day, 100));
  const days = ['2025-11-03', '2025-10-30', '2025-10-25', '2025-10-15'];
  await open([one({ '192.0.2.1': old(days) }), { id: 'm9', name: 'z.example', ips: {} }]);
  await night();
  const anew = { '192.0.2.1': [smallRecord('s1', '2025-11-03', 3), smallRecord('s2', '2025-10-20', 1)] };
  api.monitors = [
    { id: 'm2', name: 'a.example', ips: anew },
    { id: 'm9', name: 'z.example', ips: {} },
  ];
  await night();
  expect(await volume()).toEqual([[404]]);
  api.monitors = [
    { id: 'm2', name: 'a.example', ips: { '192.0.2.1': old(days.slice(0, 2)) } },
    { id: 'm9', name: 'z.example', ips: {} },
  ];
  await night();
  expect(
    await ask('SELECT monitor_id, CAST(SUM(volume) AS BIGINT) FROM v_records GROUP BY 1 ORDER BY 1'),
  ).toEqual([
    ['m1', 200],
    ['m2', 201],
  ]);
  api.monitors = [one({ '192.0.2.1': old(days) }), { id: 'm9', name: 'z.example', ips: {} }];
  await night();
  expect(await ask("SELECT CAST(SUM(volume) AS BIGINT) FROM v_records WHERE monitor_id = 'm1'")).toEqual([
    [400],
  ]);
});

test.each([404, 204])(
  'one %i for the details of an address that is listed is told, and asked again',
  async (status) => {
    await open([
      one({ '192.0.2.1': [smallRecord('r1', DAY, 10)], '192.0.2.2': [smallRecord('r2', DAY, 25)] }),
    ]);
    api.special = (path) =>
      path.endsWith('report/192.0.2.1') ? { status, ...(status === 404 ? { body: {} } : {}) } : null;
    for (let nights = 0; nights < 2; nights += 1) expect(warned(await night())).toContain('details_add_up 1');
    api.special = () => null;
    for (let nights = 0; nights < 2; nights += 1) await night();
    expect(warned(await night())).toEqual([]);
    expect(await volume()).toEqual([[35]]);
  },
);

test('A12: --monitor finds a domain in any spelling, and own domains are own in any', async () => {
  const record = smallRecord('r1', DAY, 3, {
    dkim_auth: [{ result: 'pass', domain: 'mail.XN--BCHER-KVA.example.', selector: 's' }],
  });
  await open([one({ '192.0.2.1': [record] }, { name: 'bücher.example' })]);
  for (const spelling of ['BÜCHER.example.', 'xn--bcher-kva.example', 'bücher.example'])
    expect((await night({ monitor: [spelling] })).status).toBe('ok');
  expect(await ask('SELECT is_own_domain FROM v_dkim_selectors')).toEqual([[true]]);
});

test('A13: every view with a volume has the same total, also of rows dated ahead of the listing', async () => {
  await open([one({ '192.0.2.1': [smallRecord('r1', DAY, 10), smallRecord('r2', '2025-11-06', 7)] })]);
  await night();
  for (const view of [
    'v_records',
    'v_domain_daily',
    'v_source_class',
    'v_source_summary',
    'v_geo',
    'v_reporters',
  ])
    expect([view, await volume(view)]).toEqual([view, [[17]]]);
});

test('A14: one address or reporter in two rows of a listing is added up', async () => {
  const listed = [
    {
      ip_address: '192.0.2.1',
      total_volume: 10,
      passed_dmarc: '100%',
      passed_spf: '100%',
      passed_dkim: '0%',
    },
    { ip_address: '192.0.2.1', total_volume: 30, passed_dmarc: '0%', passed_spf: '0%', passed_dkim: '0%' },
  ];
  const sources = [
    { report_source: 'google.com', reports: 3 },
    { report_source: 'Google.com ', reports: 7 },
    { report_source: null, reports: 5 },
    { reports: 1 },
  ];
  const details = [
    smallRecord('r1', DAY, 10),
    smallRecord('r2', DAY, 30, {
      passed_dmarc: '0%',
      passed_spf: '0%',
      passed_dkim: '0%',
      aligned_spf: false,
      aligned_dkim: false,
    }),
  ];
  await open([one({ '192.0.2.1': details }, { listed, sources })]);
  for (let nights = 0; nights < 2; nights += 1) {
    expect(warned(await night())).toEqual([]);
    expect(await ask('SELECT volume, pass_rate, spf_rate FROM v_aggregated_current')).toEqual([
      [40, 0.25, 0.25],
    ]);
    expect(
      await ask(
        'SELECT report_source, reports_as_of FROM report_sources QUALIFY snapshot_date = MAX(snapshot_date) OVER () ORDER BY 1',
      ),
    ).toEqual([
      ['', 6],
      ['google.com', 10],
    ]);
  }
  expect(api.requests.filter(({ url }) => url.includes('/report/192.0.2.1')).length).toBe(1);
});

test('B6: a monitor without a report is listed, whether the API answers null, 204 or 404', async () => {
  await open([one({}), { id: 'm2', name: 'b.example', ips: {} }, { id: 'm3', name: 'c.example', ips: {} }]);
  api.special = (path) => {
    if (path.includes('m1/report')) return { status: 200, body: { data: null } };
    if (path.includes('m2/report')) return { status: 204 };
    return path.includes('m3/report') ? { status: 404, body: { message: 'none' } } : null;
  };
  for (let nights = 0; nights < 4; nights += 1) {
    const summary = await night();
    expect([summary.status, warned(summary)]).toEqual(['ok', []]);
  }
  expect(
    await ask("SELECT COUNT(DISTINCT monitor_id) FROM meta_snapshots WHERE stream = 'aggregated_reports'"),
  ).toEqual([[3]]);
});

test('B7: one monitor that is forbidden does not stop the others', async () => {
  await open([one({ '192.0.2.1': [smallRecord('r1', DAY, 10)] }), { id: 'm2', name: 'b.example', ips: {} }]);
  api.special = (path) =>
    path.includes('/m2/') ? { status: 403, body: { message: 'this monitor is paused' } } : null;
  expect((await night()).status).toBe('partial');
  expect(await volume()).toEqual([[10]]);
});

test('A3: nothing goes by age where the API tells no time', async () => {
  await open([one({ '192.0.2.1': [smallRecord('r1', '2025-10-01', 10)] })]);
  api.now = () => Number.NaN;
  const { warnings } = await night({ retainDays: 7 });
  expect(warnings).toEqual([expect.stringContaining('this run removes nothing by age')]);
  expect(await volume()).toEqual([[10]]);
});
