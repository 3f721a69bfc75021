import { afterEach, expect, test } from 'vitest';
import { AuthenticationError, ConfigurationError } from '../../src/errors.ts';
import { textField } from '../../src/extract/row-fields.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ManualClock } from './manual-clock.ts';
import { ModelDataset } from './model-dataset.ts';
import { runNight } from './sandbox-night.ts';

let open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()));
  open = [];
});

const FULL = { plan: { isFull: true } };

async function start(
  options: Partial<SandboxOptions>,
): Promise<{ readonly sandbox: Sandbox; readonly clock: ManualClock }> {
  const clock = new ManualClock();
  const sandbox = await startSandbox({ now: () => clock.now(), rateLimit: 100_000, ...options });
  open.push(sandbox);
  return { sandbox, clock };
}

/**
 * Requests that listings of so many rows take at least; without links a full last page needs one more, and a short one
 * where nothing else tells that it is the last.
 */
function fewest(counts: readonly number[], form: SandboxOptions['pagination'], isTold = false): number {
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
  const extra = (rows: number) => (form === 'bare' && rows > 0 && (!isTold || rows % 100 === 0) ? 1 : 0);
  return counts.reduce((sum, rows) => sum + pages(rows) + extra(rows), 0);
}

test.each(['bare', 'links', 'total'] as const)(
  '%s: a whole account in the fewest requests, and nothing missing',
  async (pagination) => {
    const { sandbox, clock } = await start({ seed: 7, monitors: 2, ips: 100, days: 10, pagination });
    const monitorId = textField(sandbox.truth().monitors[0], 'id') ?? '';
    sandbox.addSource(monitorId, '203.0.113.200', 100);
    sandbox.addSource(monitorId, '203.0.113.201', 250);
    const truth = sandbox.truth();
    const { extraction, report, lines } = await runNight(sandbox, clock, FULL);
    expect(extraction.end).toEqual({ stop_reason: 'done', skipped: 0, isStopped: false });
    const details = Object.values(truth.report_records).flatMap((byIp) => Object.values(byIp));
    const lengths = (lists: readonly (readonly unknown[] | null)[]) => lists.map((rows) => rows?.length ?? 0);
    const listings = lengths([truth.monitors, ...Object.values(truth.aggregated_reports)]);
    const expected =
      fewest(listings, pagination) + fewest(lengths(details), pagination, true) + truth.monitors.length;
    console.log(`${pagination}: ${report.requests} requests, ${expected} at least`);
    expect(report.requests).toBe(expected);
    expect(sandbox.requests.total).toBe(expected);
    const dataset = new ModelDataset();
    dataset.load(lines);
    expect(sorted(dataset)).toEqual(recordsOf(truth.report_records));
  },
);

function recordsOf(byMonitor: Record<string, Record<string, unknown[] | null>>): [string, unknown][] {
  const all = Object.entries(byMonitor).flatMap(([monitor, byIp]) =>
    Object.values(byIp).flatMap((rows) =>
      (rows ?? []).map((row): [string, unknown] => [`${monitor}/${textField(row, 'id')}`, row]),
    ),
  );
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}

function sorted(dataset: ModelDataset): [string, unknown][] {
  return [...dataset.records()].sort(([a], [b]) => (a < b ? -1 : 1));
}

test('a storm: nothing is missing, and the requests are bounded', async () => {
  const calm = await start({ seed: 3, monitors: 3, ips: 30, days: 10 });
  const { report } = await runNight(calm.sandbox, calm.clock, FULL);
  const stormy = await start({ seed: 3, monitors: 3, ips: 30, days: 10, faults: { share: 0.2 }, slowMs: 1 });
  const night = await runNight(stormy.sandbox, stormy.clock, FULL);
  expect(night.extraction.end.stop_reason).toBe('done');
  console.log(`storm: ${night.report.requests} requests, calm: ${report.requests}`);
  expect(night.report.requests).toBeLessThanOrEqual(1.5 * report.requests);
  const dataset = new ModelDataset();
  dataset.load(night.lines);
  expect(sorted(dataset)).toEqual(recordsOf(stormy.sandbox.truth().report_records));
  expect(night.lines.filter(({ status }) => status !== 200).length).toBe(night.report.retries);
});

test('odd accounts end well: no monitors, no reports, 404 details, an empty address', async () => {
  const none = await start({ monitors: 0 });
  const empty = await runNight(none.sandbox, none.clock);
  expect(empty.extraction).toMatchObject({ end: { stop_reason: 'done' }, monitors: [] });
  const odd = await start({ seed: 5, monitors: 1, ips: 5, days: 3 });
  const monitorId = textField(odd.sandbox.truth().monitors[0], 'id') ?? '';
  const [ip = ''] = Object.keys(odd.sandbox.truth().report_records[monitorId] ?? {});
  odd.sandbox.failDetails(monitorId, ip);
  odd.sandbox.addSource(monitorId, '');
  odd.sandbox.addMonitor({ ips: 0, days: 1 });
  const night = await runNight(odd.sandbox, odd.clock);
  expect(night.extraction.end).toMatchObject({ stop_reason: 'done', skipped: 0 });
  expect(night.lines.filter(({ status }) => status === 404)).toMatchObject([{ ip, is_last: true }]);
  expect(night.lines.some((line) => line.stream === 'report_records' && line.ip === '')).toBe(false);
  expect(night.events).toContainEqual({ type: 'ip-done', monitor_id: monitorId, ip, outcome: 'gone' });
});

test('report sources that need dates cost one refusal in all, and the form is remembered', async () => {
  const { sandbox, clock } = await start({ monitors: 6, ips: 3, days: 3, sourcesNeedDates: true });
  const night = await runNight(sandbox, clock);
  expect(night.extraction.end.stop_reason).toBe('done');
  const sources = night.lines.filter(({ stream }) => stream === 'report_sources');
  expect(sources.map(({ status }) => status)).toEqual([422, 200, 200, 200, 200, 200, 200]);
  expect(sources.at(-1)?.params).toEqual({ date_from: '2025-10-07', date_to: '2025-11-05' });
  const dataset = new ModelDataset();
  dataset.load(night.lines);
  const again = await runNight(sandbox, clock, { knowledge: dataset.knowledge(), plan: { isFull: true } });
  expect(
    again.lines.filter(({ stream }) => stream === 'report_sources').every(({ status }) => status === 200),
  ).toBe(true);
});

test('a wrong token is fatal, and nowhere to be found', async () => {
  const { sandbox, clock } = await start({ monitors: 1 });
  const token = 'mlsn.wrong-token-0123456789';
  const night = runNight(sandbox, clock, { token });
  await expect(night).rejects.toBeInstanceOf(AuthenticationError);
  await expect(night).rejects.toThrow(/token is not valid/);
  await night.catch((error: Error) => expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(token));
});

test('--monitor picks by id or domain; a name nobody has is an error', async () => {
  const { sandbox, clock } = await start({ monitors: 3, ips: 3, days: 3 });
  const [first, second] = sandbox.truth().monitors;
  const domain = textField(Reflect.get(Object(second), 'domain'), 'name') ?? '';
  const night = await runNight(sandbox, clock, {
    monitors: [textField(first, 'id') ?? '', domain.toUpperCase()],
  });
  expect(night.extraction).toMatchObject({ listedMonitors: 2, monitors: { length: 3 } });
  await expect(runNight(sandbox, clock, { monitors: ['nobody.example'] })).rejects.toBeInstanceOf(
    ConfigurationError,
  );
});

test('--since filters details only', async () => {
  const { sandbox, clock } = await start({ monitors: 1, ips: 3, days: 9 });
  const { lines } = await runNight(sandbox, clock, { since: '2025-11-03' });
  for (const { stream, params } of lines) {
    expect(params.date_from).toBe(stream === 'report_records' ? '2025-11-03' : undefined);
  }
});

test('stopped by a signal: what is there is journalled, and nothing new is asked', async () => {
  const { sandbox, clock } = await start({ monitors: 2, ips: 20, days: 5 });
  const night = await runNight(sandbox, clock, { stopAfter: 12 });
  expect(night.extraction.end).toMatchObject({ stop_reason: 'signal', isStopped: true });
  expect(night.report).toMatchObject({ inFlight: 0 });
  expect(night.lines.length).toBe(night.report.requests);
  expect(sandbox.requests.total).toBeLessThan(20);
});

test('an API that is down ends the run after a few scopes', async () => {
  const { sandbox, clock } = await start({
    monitors: 1,
    ips: 50,
    days: 3,
    faultAt: ({ path }) => (/report\//.test(path) ? '500' : null),
  });
  const night = await runNight(sandbox, clock);
  expect(night.extraction.end).toMatchObject({ stop_reason: 'errors', isStopped: true });
  expect(night.report.requests).toBeLessThanOrEqual(2 + 5 * (5 + 4));
});

test('one IP that always fails is skipped, told, and the rest is fetched', async () => {
  const { sandbox, clock } = await start({ monitors: 1, ips: 20, days: 3 });
  const [, ip = ''] = Object.keys(Object.values(sandbox.truth().report_records)[0] ?? {});
  sandbox.configure({ faultAt: ({ path }) => (path.endsWith(`/${encodeURIComponent(ip)}`) ? 'html' : null) });
  const night = await runNight(sandbox, clock);
  expect(night.extraction.end).toEqual({ stop_reason: 'errors', skipped: 1, isStopped: false });
  expect(night.events).toContainEqual(
    expect.objectContaining({ type: 'skipped', scope: expect.objectContaining({ ip }) }),
  );
});
