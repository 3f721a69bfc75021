import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { BudgetSpent } from '../../src/extract/budget-spent.ts';
import { parseJson, readEnvelope } from '../../src/extract/envelope.ts';
import { exchange } from '../../src/extract/exchange.ts';
import { Governor, type GovernorOptions } from '../../src/extract/governor.ts';
import type { GovernorReport } from '../../src/extract/tally.ts';
import { type StageEnd, workThrough } from '../../src/extract/work-through.ts';
import { FixedWindowServer, type ServerOptions } from './fixed-window-server.ts';
import { drive, ManualClock } from './manual-clock.ts';

const MINUTE = 60_000;

interface Spent {
  readonly server: FixedWindowServer;
  readonly clock: ManualClock;
  readonly end: StageEnd;
  readonly report: GovernorReport;
}

interface Spending {
  readonly server?: ServerOptions;
  readonly governor?: Partial<GovernorOptions>;
  readonly requests?: number;
  readonly concurrency?: number;
  readonly startMs?: number;
  readonly quota?: number;
}

/** Sends as many requests as it may, `concurrency` at once, on a clock that moves only while nothing is in flight. */
async function spend(spending: Spending): Promise<Spent> {
  const clock = new ManualClock(spending.startMs);
  const server = new FixedWindowServer(clock, spending.server);
  const governor = new Governor({
    ratePerMinute: null,
    quotaReserve: { share: 0.2 },
    maxRequests: null,
    deadlineMs: null,
    clock,
    ...spending.governor,
  });
  if (spending.quota !== undefined) governor.setQuota(spending.quota, spending.quota, null);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const connection = { send: server.send, governor, clock, random: () => 0.5, signal };
  const ask = async () => {
    const outcome = await exchange(connection, {
      request: { method: 'GET', segments: ['x'] },
      read: (answer) => readEnvelope(parseJson(answer.text)),
    });
    return outcome.kind === 'answer' ? 'done' : 'failed';
  };
  const { requests = 10_000, concurrency = 4 } = spending;
  const work = workThrough(
    { concurrency, signal },
    Array.from({ length: requests }, () => 0),
    ask,
  );
  const end = await drive(clock, work, () => server.inFlight > 0);
  return { server, clock, end, report: governor.report() };
}

test.each([
  [60, 4, 0],
  [60, 1, 0],
  [60, 16, 0],
  [60, 4, 5 * 3_600_000],
  [60, 4, -5 * 3_600_000],
  [600, 8, 999],
  [120, 4, 500],
])(
  'limit %i, %i at once, our clock %i ms off: at least 0.95 of each window and no 429',
  async (limit, concurrency, skewMs) => {
    const startMs = Date.parse('2025-11-05T02:00:00.400Z');
    const { server } = await spend({ server: { limit, skewMs }, concurrency, requests: limit * 12, startMs });
    const whole = server.windows.slice(1, -1);
    expect(whole.length).toBeGreaterThanOrEqual(10);
    for (const window of server.windows) expect(window.limited).toBe(0);
    for (const window of whole) expect(window.accepted).toBeGreaterThanOrEqual(0.95 * limit);
  },
);

test.each([1, 4, 8])(
  'a second client takes half of each window: at most %i 429s a window, none after',
  async (concurrency) => {
    const { server, report } = await spend({
      server: { taken: (request) => (request > 20 ? 3 : 0) },
      concurrency,
      requests: 400,
    });
    expect(server.windows.length).toBeGreaterThan(10);
    for (const window of server.windows) {
      expect(window.limited).toBeLessThanOrEqual(concurrency);
      expect(window.afterLimited).toBe(0);
    }
    expect(report.rateLimited).toBe(server.windows.reduce((sum, { limited }) => sum + limited, 0));
  },
);

test('a second client takes all that is left at once: one wait for all, to the reset', async () => {
  const { server } = await spend({
    server: { taken: (request) => (request === 30 ? 60 : 0) },
    concurrency: 4,
    requests: 300,
  });
  const [first, ...others] = server.windows;
  expect(first?.limited).toBeGreaterThan(0);
  for (const window of [first, ...others]) {
    expect(window?.limited).toBeLessThanOrEqual(4);
    expect(window?.afterLimited).toBe(0);
  }
});

test('without headers sixty a minute are counted here', async () => {
  const { server, clock, report } = await spend({ server: { headers: 'none' }, requests: 600 });
  for (const window of server.windows) expect(window.limited).toBe(0);
  expect(clock.monotonic()).toBeGreaterThan(9 * MINUTE);
  expect(clock.monotonic()).toBeLessThan(11 * MINUTE);
  expect(report.waitedMs.window).toBeGreaterThan(9 * MINUTE);
});

test('--rate caps it, --rate 0 switches pacing off', async () => {
  const capped = await spend({ governor: { ratePerMinute: 30 }, requests: 300 });
  expect(capped.clock.monotonic()).toBeGreaterThan(9 * MINUTE);
  const free = await spend({ governor: { ratePerMinute: 0 }, server: { limit: 1_000 }, requests: 900 });
  expect(free.clock.monotonic()).toBe(0);
  expect(free.server.most).toBe(4);
});

test('with pacing off a 429 is still one wait for all', async () => {
  const { server } = await spend({ governor: { ratePerMinute: 0 }, requests: 180 });
  for (const window of server.windows) expect(window.afterLimited).toBe(0);
  expect(server.windows.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(180);
});

test.each([
  [{ share: 0.2 }, 1000, 200],
  [{ requests: 50 }, 1000, 50],
  [{ share: 0 }, 300, 0],
  [{ share: 1 }, 300, 300],
])('the reserve %j of a quota of %i leaves exactly %i', async (quotaReserve, quota, left) => {
  const { server, end, report } = await spend({
    governor: { quotaReserve, ratePerMinute: 0 },
    server: { quota, limit: 100_000 },
    quota,
  });
  expect(end.stop_reason).toBe('quota');
  expect(server.quotaLeft).toBe(left);
  expect(report).toMatchObject({ requests: quota - left, quotaBefore: quota, quotaAfter: left, inFlight: 0 });
});

test('the reserve holds without headers too, by what was counted here', async () => {
  const { server, end } = await spend({
    governor: { ratePerMinute: 0 },
    server: { headers: 'none', quota: 100, limit: 100_000 },
    quota: 100,
  });
  expect(end.stop_reason).toBe('quota');
  expect(server.quotaLeft).toBe(20);
});

test('the quota is known from the headers where /api-quota was not asked', async () => {
  const { server, end } = await spend({
    governor: { ratePerMinute: 0 },
    server: { quota: 101, limit: 100_000 },
  });
  expect(end.stop_reason).toBe('quota');
  expect(server.quotaLeft).toBe(20);
});

test('--max-requests is never exceeded, retries included', async () => {
  const { end, report } = await spend({ governor: { maxRequests: 70 }, server: { taken: () => 1 } });
  expect(end.stop_reason).toBe('max_requests');
  expect(report.requests).toBe(70);
});

test('--deadline ends the run at once where a wait would pass it', async () => {
  const { end, clock, server } = await spend({ governor: { deadlineMs: 2.5 * MINUTE } });
  expect(end.stop_reason).toBe('deadline');
  expect(clock.monotonic()).toBeLessThan(2.5 * MINUTE);
  expect(server.windows.length).toBe(3);
});

test('an aborted signal lets nothing go and ends a wait', async () => {
  const clock = new ManualClock();
  const server = new FixedWindowServer(clock, { limit: 2 });
  const governor = new Governor({
    ratePerMinute: 1,
    quotaReserve: { share: 0 },
    maxRequests: null,
    deadlineMs: null,
    clock,
  });
  const stop = new AbortController();
  const permit = await governor.admit(stop.signal);
  governor.observe(permit, await server.send({ method: 'GET', segments: [] }), { kind: 'accept' });
  const waiting = governor.admit(stop.signal);
  const behind = governor.admit(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(behind).rejects.toThrow('stopped');
  expect(governor.report().requests).toBe(1);
});

test('what may be spent is told ahead', async () => {
  const clock = new ManualClock();
  const governor = new Governor({
    ratePerMinute: 0,
    quotaReserve: { share: 0.2 },
    maxRequests: 900,
    deadlineMs: null,
    clock,
  });
  expect(governor.affordable()).toBe(900);
  governor.setQuota(1000, 752, null);
  expect(governor.affordable()).toBe(552);
  await governor.admit(new AbortController().signal);
  expect(governor.affordable()).toBe(551);
  governor.setQuota(1000, 100, null);
  expect(governor.affordable()).toBe(0);
  await expect(governor.admit(new AbortController().signal)).rejects.toEqual(new BudgetSpent('quota'));
});
