import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KnownIp, KnownMonitor } from '../../src/contract/knowledge.ts';
import type { DetailWork } from '../../src/extract/detail-work.ts';
import type { ListedIp } from '../../src/extract/listed.ts';
import { type PlanOptions, plan } from '../../src/extract/plan.ts';
import { planSources } from '../../src/extract/plan-sources.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2025-11-05T02:00:00Z');
const OPTIONS: PlanOptions = {
  nowMs: NOW,
  maxAgeMs: 3 * DAY,
  verifyShare: 0,
  isFull: false,
  affordable: Number.POSITIVE_INFINITY,
  turn: 0,
};

function listed(
  ip_address: string,
  volume: number | null = 10,
  failing_volume = 0,
  monitor_id = 'm',
): ListedIp {
  const rate =
    volume === null || volume === 0 ? '' : String(Math.round((1 - failing_volume / volume) * 1_000_000));
  return { monitor_id, ip_address, volume, failing_volume, fingerprint: `${volume ?? ''}:${rate}::` };
}

function known(ip: ListedIp, patch: Partial<KnownIp> = {}): KnownIp {
  return {
    monitor_id: ip.monitor_id,
    ip_address: ip.ip_address,
    state: 'current',
    fingerprint: ip.fingerprint,
    listed_fingerprint: ip.fingerprint,
    detail_as_of_ms: NOW - DAY,
    detail_volume: ip.volume ?? 0,
    detail_rows: 5,
    served_volume: null,
    aggregated_volume: ip.volume,
    ...patch,
  };
}

interface Given {
  readonly listed: readonly ListedIp[];
  readonly ips?: readonly KnownIp[];
  readonly isWindowed?: boolean;
  readonly options?: Partial<PlanOptions>;
}

function planFor({ listed: rows, ips = [], isWindowed = false, options = {} }: Given): DetailWork[] {
  const ids = [...new Set(rows.map(({ monitor_id }) => monitor_id))];
  const monitors = ids.map((monitor_id) => ({
    monitor_id,
    is_cumulative: !isWindowed,
    form: 'plain' as const,
  }));
  return plan({ monitors, listed: rows }, { monitors: [], ips }, { ...OPTIONS, ...options });
}

const a = listed('192.0.2.1');

test.each<[string, Given, Partial<DetailWork> | null]>([
  ['never seen', { listed: [a] }, { reason: 'new', first_page: 1, enough_volume: 10, has_stored: false }],
  [
    'listed, never read',
    { listed: [a], ips: [known(a, { detail_as_of_ms: null, fingerprint: null, detail_rows: 0 })] },
    { reason: 'new' },
  ],
  [
    'read in part',
    { listed: [a], ips: [known(a, { detail_as_of_ms: null, fingerprint: null, detail_rows: 250 })] },
    { reason: 'incomplete', first_page: 3, enough_volume: 10, has_stored: true },
  ],
  ['the same', { listed: [a], ips: [known(a)] }, null],
  [
    'another volume',
    { listed: [a], ips: [known(a, { fingerprint: '9:1000000::', detail_volume: 9 })] },
    { reason: 'changed', first_page: 1, enough_volume: 10 },
  ],
  [
    'other rates at the same volume',
    { listed: [a], ips: [known(a, { fingerprint: '10:500000::' })] },
    { reason: 'changed', enough_volume: null },
  ],
  [
    'a volume that is not told',
    { listed: [listed('192.0.2.1', null)] },
    { reason: 'new', enough_volume: null },
  ],
  ['windowed, young', { listed: [a], ips: [known(a)], isWindowed: true }, null],
  [
    'windowed, old',
    { listed: [a], ips: [known(a, { detail_as_of_ms: NOW - 3 * DAY })], isWindowed: true },
    { reason: 'aged', enough_volume: null },
  ],
  ['cumulative, old', { listed: [a], ips: [known(a, { detail_as_of_ms: NOW - 99 * DAY })] }, null],
  [
    'windowed and changed',
    { listed: [a], ips: [known(a, { fingerprint: 'x' })], isWindowed: true },
    { reason: 'changed', enough_volume: null },
  ],
  [
    '404 last time, the same row',
    { listed: [a], ips: [known(a, { state: 'gone', detail_rows: 0, detail_volume: 0 })] },
    null,
  ],
  ['an empty address', { listed: [listed('')] }, null],
  ['an address that cannot be asked', { listed: [listed('..')] }, null],
  [
    'full: the same again, to its end',
    { listed: [a], ips: [known(a)], options: { isFull: true } },
    { reason: 'verify', enough_volume: null },
  ],
  [
    'full: new, to its end',
    { listed: [a], options: { isFull: true } },
    { reason: 'new', enough_volume: null },
  ],
  [
    'verify, to its end',
    { listed: [a], ips: [known(a)], options: { verifyShare: 0.02 } },
    { reason: 'verify', first_page: 1, enough_volume: null },
  ],
])('%s', (_, given, expected) => {
  const work = planFor(given);
  if (expected === null) expect(work).toEqual([]);
  else expect(work).toEqual([expect.objectContaining(expected)]);
});

test('largest change in failing volume first, then in volume', () => {
  const rows = [listed('1', 10), listed('2', 500), listed('3', 20, 5), listed('4', 30, 30)];
  expect(planFor({ listed: rows }).map(({ ip_address }) => ip_address)).toEqual(['4', '3', '2', '1']);
  const before = [known(rows[3] as ListedIp, { fingerprint: '29:0::' })];
  expect(planFor({ listed: rows, ips: before }).map(({ ip_address }) => ip_address)).toEqual([
    '3',
    '4',
    '2',
    '1',
  ]);
});

test('one request in ten goes to the oldest, never fetched ones first', () => {
  const rows = Array.from({ length: 40 }, (_, index) => listed(String(index).padStart(2, '0'), 1000 - index));
  const ips = rows
    .slice(0, 38)
    .map((row, index) => known(row, { fingerprint: '1:1000000::', detail_as_of_ms: NOW - index * DAY }));
  const order = planFor({ listed: rows, ips }).map(({ ip_address }) => ip_address);
  expect([order[9], order[19], order[29]]).toEqual(['38', '39', '37']);
});

test('an IP too big for a night that was complete before begins at another page in every second run', () => {
  const big = listed('192.0.2.9', 1000);
  const ips = [known(big, { fingerprint: 'x', detail_rows: 950, detail_volume: 950 })];
  const first = (turn: number) =>
    planFor({ listed: [big], ips, options: { affordable: 3, turn } })[0]?.first_page;
  expect([0, 1, 2, 3, 4, 5, 7].map(first)).toEqual([1, 4, 1, 7, 1, 10, 3]);
  expect(planFor({ listed: [big], ips, options: { affordable: 10, turn: 1 } })[0]?.first_page).toBe(1);
});

test('verify: those that never added up first, but once a round; then the oldest', () => {
  const rows = Array.from({ length: 10 }, (_, index) => listed(String(index)));
  const age = (index: number, patch: Partial<KnownIp> = {}) =>
    known(rows[index] as ListedIp, { detail_as_of_ms: NOW - (20 - index) * DAY, ...patch });
  const ips = rows.map((_, index) => age(index));
  ips[7] = age(7, { detail_volume: 3 });
  ips[9] = age(9, { detail_volume: 3, detail_as_of_ms: NOW - DAY });
  const chosen = planFor({ listed: rows, ips, options: { verifyShare: 0.3 } });
  expect(chosen.map(({ ip_address }) => ip_address)).toEqual(['7', '0', '1']);
});

const arbitraryIp = fc.record({
  ip: fc.integer({ min: 0, max: 40 }).map(String),
  monitor: fc.constantFrom('m1', 'm2', 'm3'),
  volume: fc.integer({ min: 0, max: 1000 }),
  before: fc.option(fc.integer({ min: 0, max: 1000 })),
  age: fc.option(fc.integer({ min: 0, max: 10 })),
  rows: fc.integer({ min: 0, max: 500 }),
});

const arbitraryAccount = fc
  .uniqueArray(arbitraryIp, { selector: ({ ip, monitor }) => `${monitor}/${ip}`, maxLength: 60 })
  .map((ips) => {
    const rows = ips.map(({ ip, monitor, volume }) => listed(ip, volume, Math.floor(volume / 2), monitor));
    const ages = ips.flatMap(({ before, age, rows: detail_rows }, index) => {
      const row = rows[index] as ListedIp;
      if (before === null) return [];
      const fingerprint = before % 2 === 0 ? row.fingerprint : `${before}:0::`;
      const detail_as_of_ms = age === null ? null : NOW - age * DAY;
      return [known(row, { fingerprint, detail_as_of_ms, detail_rows, detail_volume: before })];
    });
    return { rows, ages };
  });

test('whatever is known: each IP at most once, nothing new or changed is left out, verify comes last', () => {
  fc.assert(
    fc.property(
      arbitraryAccount,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ rows, ages }, isWindowed, verifyShare) => {
        const work = planFor({ listed: rows, ips: ages, isWindowed, options: { verifyShare } });
        const keys = work.map(({ monitor_id, ip_address }) => `${monitor_id}/${ip_address}`);
        expect(new Set(keys).size).toBe(keys.length);
        const main = work.filter(({ reason }) => reason !== 'verify');
        expect(work.slice(0, main.length)).toEqual(main);
        const byKey = new Map(ages.map((ip) => [`${ip.monitor_id}/${ip.ip_address}`, ip]));
        const wanted = rows.filter((row) => {
          const ip = byKey.get(`${row.monitor_id}/${row.ip_address}`);
          if (ip === undefined || ip.detail_as_of_ms === null || ip.fingerprint !== row.fingerprint)
            return true;
          return isWindowed && NOW - ip.detail_as_of_ms >= 3 * DAY;
        });
        expect(main.length).toBe(wanted.length);
        expect(work.length - main.length).toBe(Math.ceil((rows.length - wanted.length) * verifyShare));
      },
    ),
    { numRuns: 300 },
  );
});

test('among any ten expected requests of the plan one goes to the oldest that is left', () => {
  fc.assert(
    fc.property(arbitraryAccount, ({ rows }) => {
      const work = planFor({ listed: rows });
      const names = rows.map(({ monitor_id, ip_address }) => `${monitor_id}/${ip_address}`).sort();
      const left = new Set(names);
      work.forEach(({ monitor_id, ip_address }, index) => {
        const oldest = [...left][0];
        if (index % 10 === 9) expect(`${monitor_id}/${ip_address}`).toBe(oldest);
        left.delete(`${monitor_id}/${ip_address}`);
      });
    }),
    { numRuns: 200 },
  );
});

test('every IP is verified within the nights that a round takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 80 }),
      fc.constantFrom(0.02, 0.1, 0.15, 0.5, 1),
      fc.integer(),
      (count, share, odd) => {
        const rows = Array.from({ length: count }, (_, index) => listed(String(index)));
        const ages = new Map(rows.map(({ ip_address }) => [ip_address, NOW - DAY]));
        const round = Math.ceil(1 / share);
        for (let night = 0; night < round; night += 1) {
          const nowMs = NOW + night * DAY;
          const ips = rows.map((row, index) =>
            known(row, {
              detail_as_of_ms: ages.get(row.ip_address) ?? null,
              detail_volume: (index + odd) % 3 === 0 ? 1 : 10,
            }),
          );
          for (const { ip_address } of planFor({
            listed: rows,
            ips,
            options: { verifyShare: share, nowMs },
          })) {
            ages.set(ip_address, nowMs);
          }
        }
        expect(Math.min(...ages.values())).toBeGreaterThanOrEqual(NOW);
      },
    ),
    { numRuns: 100 },
  );
});

const monitor: KnownMonitor = {
  monitor_id: 'm',
  is_cumulative: true,
  aggregated_form: 'plain',
  sources_form: 'dated',
  sources_as_of_ms: NOW - DAY,
  snapshot_as_of_ms: NOW - DAY,
};

test.each<[string, Partial<KnownMonitor> | null, readonly KnownIp[], boolean, boolean]>([
  ['never asked', null, [], false, true],
  ['nothing changed', {}, [known(a)], false, false],
  ['a row changed', {}, [known(a, { listed_fingerprint: 'x' })], false, true],
  ['a row is new', {}, [], false, true],
  ['a row is gone', {}, [known(a), known(listed('9'))], false, true],
  ['gone before', {}, [known(a), known(listed('9'), { listed_fingerprint: null })], false, false],
  ['a week old', { sources_as_of_ms: NOW - 7 * DAY - 1 }, [known(a)], false, true],
  ['full', {}, [known(a)], true, true],
])('report sources: %s', (_, patch, ips, isFull, isNeeded) => {
  const monitors = patch === null ? [] : [{ ...monitor, ...patch }];
  const listing = {
    monitors: [{ monitor_id: 'm', is_cumulative: true, form: 'plain' as const }],
    listed: [a],
  };
  const work = planSources(listing, { monitors, ips }, { nowMs: NOW, isFull });
  expect(work).toEqual(isNeeded ? [{ monitor_id: 'm', form: patch === null ? null : 'dated' }] : []);
});
