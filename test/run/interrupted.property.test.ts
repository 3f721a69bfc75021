import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { listingCost } from './cost.ts';
import { type Interruption, interruptedRun, interruptions } from './interruption.ts';
import { Account, DAY_MS } from './night.ts';
import { expectTruth } from './same-truth.ts';

/** `npm run soak` asks for more. */
const RUNS = Number(process.env.DMARC_TEST_CASES ?? 5);
const SEED = Number(process.env.DMARC_TEST_SEED ?? 20_251_105);
const CONCURRENCY = 4;
const LONG = { timeout: 3_600_000 };

const figures: string[] = [];
const tally: Record<string, number> = {};

afterAll(() => console.log(['interrupted runs', ...figures, JSON.stringify(tally)].join('\n')));

const accounts = fc.record({
  seed: fc.integer({ min: 1, max: 100_000 }),
  monitors: fc.integer({ min: 1, max: 2 }),
  ips: fc.integer({ min: 1, max: 6 }),
  days: fc.integer({ min: 1, max: 9 }),
  window: fc.constantFrom(null, null, 7),
  windowHard: fc.boolean(),
  steadyShare: fc.constantFrom(0, 0.33),
  order: fc.constantFrom('natural' as const, 'reverse' as const, 'shuffled' as const),
  pagination: fc.constantFrom('bare' as const, 'links' as const, 'total' as const),
  drift: fc.constantFrom(null, { share: 0.5 }),
  faults: fc.constantFrom(null, null, { share: 0.2 }),
  changeInPlace: fc.constantFrom(0, 0.05),
  changeAtEqualVolume: fc.constantFrom(0, 0.05),
});

const nights = fc.array(fc.record({ interruption: interruptions, isNextDay: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
});

test('any sequence of interrupted runs ends in the truth', LONG, async () => {
  await fc.assert(
    fc.asyncProperty(accounts, nights, fc.boolean(), async (options, sequence, hasBigIp) => {
      const account = await Account.open({ ...options, slowMs: 0, today: '2025-11-05' });
      try {
        if (hasBigIp) addBigIp(account, 230);
        for (const { interruption, isNextDay } of sequence) {
          const summary = await interruptedRun(account, interruption);
          const end = `${interruption.how} → ${summary?.stop_reason ?? 'killed'}`;
          tally[end] = (tally[end] ?? 0) + 1;
          if (isNextDay) account.nextDay();
        }
        await settle(account);
        await expectTruth(account);
      } finally {
        await account.close();
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});

/**
 * Uninterrupted nights without anything new: one that reads what is open and, in a windowed monitor, what is old; then
 * those that it takes to verify half of it a night.
 */
async function settle(account: Account): Promise<void> {
  for (let night = 0; night < 3; night += 1) {
    account.clock.advance(3 * DAY_MS);
    const { status } = await account.run({ verify: '50%' });
    expect(status).toBe('ok');
  }
}

function addBigIp({ sandbox }: Account, records: number): void {
  const [monitor = ''] = Object.keys(sandbox.truth().report_records);
  sandbox.addSource(monitor, '198.51.100.200', records);
}

test('an interruption costs at most one listing and the pages under way again', LONG, async () => {
  const calmAccounts = fc.record({
    seed: fc.integer({ min: 1, max: 100_000 }),
    monitors: fc.integer({ min: 1, max: 2 }),
    ips: fc.integer({ min: 1, max: 6 }),
    pagination: fc.constantFrom('bare' as const, 'links' as const, 'total' as const),
    order: fc.constantFrom('natural' as const, 'reverse' as const, 'shuffled' as const),
  });
  await fc.assert(
    fc.asyncProperty(
      calmAccounts,
      fc.array(interruptions, { minLength: 1, maxLength: 4 }),
      async (options, sequence) => {
        const once = await requestsFor(options, []);
        const cut = await requestsFor(options, sequence);
        const bound = once.requests + sequence.length * (once.listing + CONCURRENCY);
        figures.push(
          `${sequence.map(({ how }) => how).join(', ')}: ${cut.requests} requests, ${once.requests} uninterrupted, bound ${bound}`,
        );
        expect(cut.requests).toBeLessThanOrEqual(bound);
      },
    ),
    { numRuns: Math.ceil(RUNS / 2), seed: SEED, endOnFailure: true },
  );
});

/** Requests until everything is read, through some interruptions and then without. */
async function requestsFor(options: object, sequence: readonly Interruption[]) {
  const account = await Account.open({ ...options, days: 3, today: '2025-11-05' });
  try {
    addBigIp(account, 520);
    const listing = listingCost(account.sandbox.truth(), 'bare');
    for (const interruption of [...sequence, { how: 'none' } as const])
      await interruptedRun(account, interruption, { verify: '0', concurrency: CONCURRENCY });
    await expectTruth(account);
    return { requests: account.sandbox.requests.total, listing };
  } finally {
    await account.close();
  }
}
