import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { textField } from '../../src/extract/row-fields.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { readRecordVolume } from '../../src/transform/report-records.ts';
import { ManualClock } from './manual-clock.ts';
import { ModelDataset } from './model-dataset.ts';
import { type Night, type NightOptions, runNight } from './sandbox-night.ts';

const DAY = 86_400_000;

let open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()));
  open = [];
});

/** An account over many nights, and the model of the dataset that they build. */
class Nights {
  readonly sandbox: Sandbox;
  readonly clock: ManualClock;
  readonly dataset = new ModelDataset();
  #turn = 0;

  constructor(sandbox: Sandbox, clock: ManualClock) {
    this.sandbox = sandbox;
    this.clock = clock;
  }

  static async start(options: Partial<SandboxOptions>): Promise<Nights> {
    const clock = new ManualClock();
    const sandbox = await startSandbox({ now: () => clock.now(), rateLimit: 100_000, ...options });
    open.push(sandbox);
    return new Nights(sandbox, clock);
  }

  async run(options: NightOptions = {}): Promise<Night> {
    const night = await runNight(this.sandbox, this.clock, {
      knowledge: this.dataset.knowledge(),
      storedVolumes: (monitor_id, ip) => this.dataset.volumes(monitor_id, ip),
      ...options,
      plan: { turn: this.#turn, ...options.plan },
    });
    this.#turn += 1;
    this.dataset.load(night.lines);
    return night;
  }

  nextDay(): void {
    this.clock.advance(DAY);
    this.sandbox.advanceDay();
  }

  /** Records that complete plain readings would show now. */
  visible(): string[] {
    return Object.entries(this.sandbox.truth().report_records).flatMap(([monitor, byIp]) =>
      Object.values(byIp).flatMap((rows) => (rows ?? []).map((row) => `${monitor}/${textField(row, 'id')}`)),
    );
  }

  /** Requests of a full crawl, details read to their end. */
  crawlCost(): number {
    const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
    const details = Object.values(this.sandbox.truth().report_records).flatMap((byIp) => Object.values(byIp));
    return (
      this.listingCost() +
      details.reduce((sum, rows) => sum + pages(rows?.length ?? 0), 0) +
      this.dataset.monitors.size
    );
  }

  /**
   * Records that were ever visible and are not stored with their newest values. No listing shows that a record of no
   * volume came: only a verify reading finds those.
   */
  missing({ withEmpty = true } = {}): string[] {
    const stored = this.dataset.records();
    return Object.entries(this.sandbox.truth().ever.report_records).flatMap(([monitor, records]) =>
      Object.entries(records).flatMap(([id, row]) =>
        (!withEmpty && volumeOf(row) === 0) ||
        JSON.stringify(stored.get(`${monitor}/${id}`)) === JSON.stringify(row)
          ? []
          : [`${monitor}/${id}`],
      ),
    );
  }

  /** Requests of the listing alone. */
  listingCost(): number {
    const { monitors, aggregated_reports } = this.sandbox.truth();
    const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
    return (
      pages(monitors.length) +
      Object.values(aggregated_reports).reduce((sum, rows) => sum + pages(rows.length), 0)
    );
  }
}

/** Total volume of a record; 0 if it has none. */
const volumeOf = (row: unknown) => readRecordVolume(row, 1_000_000)?.total_volume ?? 0;

const CALM = { changeInPlace: 0, changeAtEqualVolume: 0, lateShare: 0 };

test('cumulative, nothing new: the listing is all that is paid', async () => {
  const nights = await Nights.start({ seed: 11, monitors: 3, ips: 120, days: 5, pagination: 'total' });
  await nights.run();
  expect(nights.missing()).toEqual([]);
  nights.clock.advance(DAY);
  const { report } = await nights.run();
  console.log(`nothing new: ${report.requests} requests`);
  expect(report.requests).toBe(nights.listingCost());
});

test.each(['natural', 'reverse'] as const)(
  'cumulative, one more day, %s order: what changed is paid, nothing else',
  async (order) => {
    const nights = await Nights.start({
      seed: 12,
      monitors: 3,
      ips: 100,
      days: 5,
      pagination: 'links',
      order,
      activeShare: 0.3,
      ...CALM,
    });
    await nights.run();
    nights.nextDay();
    const { report, extraction } = await nights.run();
    expect(nights.missing({ withEmpty: false })).toEqual([]);
    console.log(
      `30 % changed, ${order}: ${report.requests} requests, full crawl: ${nights.crawlCost()}`,
      extraction.planned,
    );
    expect(report.requests).toBeLessThanOrEqual(
      nights.listingCost() + extraction.planned.changed.ips + extraction.planned.new.ips + 3,
    );
    expect(extraction.planned.changed.ips + extraction.planned.new.ips).toBeLessThanOrEqual(120);
  },
);

test.each([
  [7, false],
  [7, true],
  [30, true],
])(
  'window %i (hard: %s), steady senders: nothing that was served is lost in 40 nights',
  async (window, windowHard) => {
    const nights = await Nights.start({
      seed: 13,
      monitors: 2,
      ips: 15,
      days: 35,
      window,
      windowHard,
      steadyShare: 0.34,
      changeAtEqualVolume: 0,
      changeInPlace: 0,
      pagination: 'total',
    });
    const requests: number[] = [];
    const served = new Set<string>();
    for (let night = 0; night < 40; night += 1) {
      for (const key of nights.visible()) served.add(key);
      requests.push((await nights.run({ plan: { verifyShare: 0.02 } })).report.requests);
      nights.nextDay();
    }
    for (const key of nights.visible()) served.add(key);
    nights.clock.advance(3 * DAY);
    await nights.run();
    console.log(
      `window ${window}, hard ${windowHard}: requests a night ${requests.slice(-10)}, full crawl ${nights.crawlCost()}`,
    );
    const stored = nights.dataset.records();
    expect([...served].filter((key) => !stored.has(key))).toEqual([]);
  },
);

test('a first export bigger than a day’s quota is finished in the fewest nights', async () => {
  const nights = await Nights.start({
    seed: 14,
    monitors: 4,
    ips: 100,
    days: 4,
    pagination: 'total',
    quota: 200,
    ...CALM,
  });
  const needed = nights.listingCost() - 1 + 400 + 4;
  let count = 0;
  for (let isDone = false; !isDone; count += 1) {
    const { extraction, report } = await nights.run();
    isDone = extraction.end.stop_reason === 'done';
    expect(report.quotaAfter).toBeGreaterThanOrEqual(40);
    nights.clock.advance(DAY);
  }
  const each = 160;
  const listing = nights.listingCost();
  console.log(`${needed} requests, ${each} a night: ${count} nights`);
  expect(count).toBe(Math.ceil((400 + 4) / (each - listing)));
  expect(nights.missing()).toEqual([]);
});

test('changes in place at equal volume are found within the nights of a round', async () => {
  const nights = await Nights.start({
    seed: 15,
    monitors: 1,
    ips: 20,
    days: 3,
    pagination: 'total',
    ...CALM,
  });
  await nights.run();
  const [monitor = '', records = {}] = Object.entries(nights.sandbox.truth().ever.report_records)[0] ?? [];
  const [id = ''] = Object.keys(records);
  nights.sandbox.setRecord(monitor, id, { applied_policy: 'reject', override_comment: 'changed' });
  for (let night = 0; night < 10; night += 1) {
    nights.clock.advance(DAY);
    await nights.run({ plan: { verifyShare: 0.1 } });
  }
  expect(nights.missing()).toEqual([]);
});

test('an IP with more pages than a night may ask is finished over the nights, whatever the order', async () => {
  for (const order of ['natural', 'reverse', 'shuffled'] as const) {
    const nights = await Nights.start({
      seed: 16,
      monitors: 1,
      ips: 1,
      days: 1,
      pagination: 'bare',
      order,
      ...CALM,
    });
    const [monitor = ''] = Object.keys(nights.sandbox.truth().report_records);
    nights.sandbox.addSource(monitor, '203.0.113.9', 950);
    for (let night = 0; night < 8; night += 1) await nights.run({ governor: { maxRequests: 7 } });
    expect(nights.missing()).toEqual([]);
    nights.sandbox.addRecord(monitor, '203.0.113.9', { total_volume: 77 });
    for (let night = 0; night < 8; night += 1) await nights.run({ governor: { maxRequests: 7 } });
    expect(nights.missing()).toEqual([]);
  }
});

test('the listing gets at most half where both do not fit, the oldest snapshots first', async () => {
  const nights = await Nights.start({
    seed: 17,
    monitors: 12,
    ips: 4,
    days: 2,
    pagination: 'total',
    ...CALM,
  });
  const first = await nights.run({ governor: { maxRequests: 13 } });
  expect(first.lines.filter(({ stream }) => stream === 'aggregated_reports').length).toBe(6);
  const second = await nights.run({ governor: { maxRequests: 13 } });
  const listed = (night: Night) =>
    night.lines.flatMap(({ stream, monitor_id }) => (stream === 'aggregated_reports' ? [monitor_id] : []));
  expect(
    listed(second)
      .slice(0, 6)
      .every((id) => !listed(first).includes(id)),
  ).toBe(true);
});

test('any sequence of interrupted runs ends in the truth', async () => {
  const interruption = fc.oneof(
    fc.record({ maxRequests: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ stopAfter: fc.integer({ min: 1, max: 30 }) }),
    fc.constant({}),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 10_000 }),
        monitors: fc.integer({ min: 1, max: 3 }),
        ips: fc.integer({ min: 1, max: 8 }),
        pagination: fc.constantFrom('bare' as const, 'links' as const, 'total' as const),
        order: fc.constantFrom('natural' as const, 'reverse' as const, 'shuffled' as const),
        share: fc.constantFrom(0, 0.2),
        drift: fc.constantFrom(0, 0.3),
      }),
      fc.array(fc.tuple(interruption, fc.boolean()), { minLength: 1, maxLength: 6 }),
      async ({ share, drift, ...account }, runs) => {
        const faults = share === 0 ? null : { share };
        const nights = await Nights.start({
          ...account,
          days: 6,
          faults,
          drift: drift === 0 ? null : { share: drift },
          slowMs: 0,
          changeAtEqualVolume: 0,
        });
        for (const [how, isNextDay] of runs) {
          const { stopAfter, maxRequests } = { stopAfter: undefined, maxRequests: null, ...how };
          await nights.run({ governor: { maxRequests }, ...(stopAfter === undefined ? {} : { stopAfter }) });
          if (isNextDay) nights.nextDay();
        }
        for (let night = 0; night < 3; night += 1) {
          nights.clock.advance(DAY);
          await nights.run();
        }
        expect(nights.missing({ withEmpty: false })).toEqual([]);
        await nights.run({ plan: { verifyShare: 1 } });
        expect(nights.missing()).toEqual([]);
        await Promise.all(open.map((sandbox) => sandbox.close()));
        open = [];
      },
    ),
    { numRuns: 200 },
  );
}, 120_000);

test.each(['natural', 'reverse'] as const)(
  'a big IP with one more record, %s order: two pages at most',
  async (order) => {
    const nights = await Nights.start({
      seed: 18,
      monitors: 1,
      ips: 1,
      days: 1,
      pagination: 'total',
      order,
      ...CALM,
    });
    const [monitor = ''] = Object.keys(nights.sandbox.truth().report_records);
    nights.sandbox.addSource(monitor, '203.0.113.9', 1230);
    await nights.run();
    nights.sandbox.addRecord(monitor, '203.0.113.9', { total_volume: 5 });
    const { lines } = await nights.run();
    expect(lines.filter(({ ip }) => ip === '203.0.113.9').length).toBeLessThanOrEqual(2);
    expect(nights.missing()).toEqual([]);
  },
);

test.each([
  [false, true],
  [true, false],
])('a window (hard: %s) that an early date opens: %s', async (windowHard, isOpened) => {
  const nights = await Nights.start({
    seed: 19,
    monitors: 1,
    ips: 10,
    days: 20,
    pagination: 'links',
    window: 5,
    windowHard,
    ...CALM,
  });
  await nights.run();
  for (let day = 0; day < 6; day += 1) nights.nextDay();
  const { lines } = await nights.run();
  const listings = lines.filter(({ stream }) => stream === 'aggregated_reports');
  expect(listings.map(({ params, is_last }) => [params.date_from, is_last])).toEqual([
    [undefined, true],
    ['2012-01-01', isOpened],
  ]);
  const state = nights.dataset.knowledge().monitors[0];
  expect(state).toMatchObject({ is_cumulative: isOpened, aggregated_form: isOpened ? 'early' : 'plain' });
  const again = await nights.run();
  expect(again.lines.filter(({ stream }) => stream === 'aggregated_reports').length).toBe(1);
  if (isOpened) expect(nights.missing({ withEmpty: false })).toEqual([]);
});
