import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { Account } from './night.ts';
import { type Cut, type Json, type SmallMonitor, smallRecord, startSmallApi } from './small-api.ts';

const RUNS = Number(process.env.DMARC_TEST_CASES ?? 10);
const tally: Record<string, number> = {};
afterAll(() => console.log('listings cut in many ways, nights by how they ended', tally));

/** How an API cuts its listings. */
interface Cutting {
  /** Rows a page at most, whatever is asked for. */
  readonly cap: number;
  /** Every how many rows one is left out after the pages were cut; 0 = none. */
  readonly leftOut: number;
  readonly tells: 'nothing' | 'next' | 'last_page' | 'total' | 'all';
  /** Pages from which on nothing is told any more. */
  readonly tellsUpTo: number;
}

const cuttings: fc.Arbitrary<Cutting> = fc.record({
  cap: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 100 })),
  leftOut: fc.constantFrom(0, 0, 3, 7, 50),
  tells: fc.constantFrom('nothing', 'nothing', 'next', 'last_page', 'total', 'all'),
  tellsUpTo: fc.constantFrom(1, 1_000, 1_000),
});

const isServed = (row: Json, leftOut: number) =>
  leftOut === 0 || Number(String(row.n ?? '1')) % leftOut !== 0;

function cutBy({ cap, leftOut, tells, tellsUpTo }: Cutting): Cut {
  return (rows, page, limit) => {
    const size = Math.min(cap, limit);
    const data = rows.slice((page - 1) * size, page * size).filter((row) => isServed(row, leftOut));
    const lastPage = Math.max(1, Math.ceil(rows.length / size));
    if (tells === 'nothing' || page > tellsUpTo) return { data };
    const next = page < lastPage ? `https://api.example/x?page=${page + 1}` : null;
    const meta = {
      ...(tells === 'last_page' || tells === 'all' ? { last_page: lastPage } : {}),
      ...(tells === 'total' || tells === 'all' ? { total: rows.length } : {}),
      ...(tells === 'all' ? { per_page: size } : {}),
    };
    return { data, ...(tells === 'next' || tells === 'all' ? { links: { next } } : {}), meta };
  };
}

/** Monitors of so many addresses, each with so many records; rows carry their position `n`. */
const sizes = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 40 }), fc.constant(110)),
    fc.constantFrom(1, 1, 1, 12, 140),
  ),
  {
    minLength: 1,
    maxLength: 5,
  },
);

function account(counts: readonly (readonly [ips: number, records: number])[]): SmallMonitor[] {
  return counts.map(([ips, records], m) => {
    const own: Record<string, Json[]> = {};
    for (let i = 0; i < ips; i += 1) {
      const rows = i === 0 ? records : 1;
      own[`198.51.${m}.${i}`] = Array.from({ length: rows }, (_, r) =>
        smallRecord(`r${m}-${i}-${r}`, '2025-11-04', 1 + r, { n: r + 1 }),
      );
    }
    return { id: `m${m}`, name: `d${m}.example`, ips: own };
  });
}

/** The monitors as the listing gives them: what is left out of a page is never served, and its volume is not listed. */
function served(monitors: readonly SmallMonitor[], leftOut: number): SmallMonitor[] {
  return monitors.map((monitor) => {
    const listed = Object.entries(monitor.ips).map(([ip_address, rows], index) => ({
      ...{ ip_address, n: index + 1 },
      total_volume: rows
        .filter((row) => isServed(row, leftOut))
        .reduce((sum, { total_volume }) => sum + Number(total_volume), 0),
    }));
    return { ...monitor, listed };
  });
}

test('every row, or an exit code that says otherwise, however listings are cut', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cuttings, sizes, fc.boolean(), async (cutting, counts, isFirstNightPlain) => {
      const world = await Account.open({ monitors: 0 });
      const api = await startSmallApi(served(account(counts), cutting.leftOut), world.clock.now);
      try {
        if (isFirstNightPlain) {
          api.monitors = served(account(counts.map(([ips]) => [Math.floor(ips / 2), 1])), 0);
          await world.run({ apiUrl: api.url });
          world.clock.advance(86_400_000);
          api.monitors = served(account(counts), cutting.leftOut);
        }
        api.cut = cutBy(cutting);
        const before = api.requests.length;
        const { status, warnings } = await world.run({ apiUrl: api.url, verify: '0' });
        tally[`${cutting.tells}, ${status}`] = (tally[`${cutting.tells}, ${status}`] ?? 0) + 1;
        if (status !== 'ok') return;
        await expectAll(world, api.monitors, cutting.leftOut);
        const isShort = cutting.leftOut > 0 && (cutting.tells === 'total' || cutting.tells === 'all');
        if (!isShort) expect(warnings).toEqual([]);
        if (cutting.tells === 'all' && cutting.tellsUpTo > 1 && cutting.leftOut === 0 && !isFirstNightPlain)
          expect(api.requests.length - before - 1).toBe(leastRequests(api.monitors, cutting.cap));
      } finally {
        await Promise.all([api.close(), world.close()]);
      }
    }),
    { numRuns: RUNS, seed: 20_251_105 },
  );
});

/** Throws unless every address and every message that is served is published. */
async function expectAll(world: Account, monitors: readonly SmallMonitor[], leftOut: number): Promise<void> {
  const { meta_coverage = [], report_records = [] } = await readDuckDb(join(world.current, 'dmarc.duckdb'));
  const wanted = monitors.flatMap(({ id, listed = [] }) =>
    listed.filter((row) => isServed(row, leftOut)).map(({ ip_address }) => `${id} ${ip_address}`),
  );
  const found = meta_coverage
    .filter(({ state }) => state !== 'gone')
    .map(({ monitor_id, ip_address }) => `${monitor_id} ${ip_address}`);
  expect(found.sort()).toEqual(wanted.sort());
  const records = new Set(report_records.map(({ monitor_id, record_id }) => `${monitor_id} ${record_id}`));
  const missing = monitors.flatMap(({ id, listed = [], ips }) =>
    listed
      .filter((row) => isServed(row, leftOut))
      .flatMap(({ ip_address }) => ips[String(ip_address)] ?? [])
      .filter((row) => isServed(row, leftOut) && !records.has(`${id} ${row.id}`)),
  );
  expect(missing).toEqual([]);
}

function leastRequests(monitors: readonly SmallMonitor[], cap: number): number {
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / Math.min(cap, 100)));
  return monitors.reduce(
    (sum, { ips }) =>
      sum +
      pages(Object.keys(ips).length) +
      1 +
      Object.values(ips).reduce((all, rows) => all + pages(rows.length), 0),
    pages(monitors.length),
  );
}
