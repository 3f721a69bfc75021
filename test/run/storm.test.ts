import { afterAll, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { Account } from './night.ts';
import { expectTruth } from './same-truth.ts';

const figures: string[] = [];

afterAll(() => console.log(['a storm: 20 % of the answers fail in random ways', ...figures].join('\n')));

const STORM = { share: 0.2 };

/** Two nights of an account, the first export and one more day: requests of each, and how each URL was answered. */
async function twoNights(options: Partial<SandboxOptions>, concurrency = 4) {
  const account = await Account.open({
    monitors: 2,
    ips: 18,
    days: 6,
    today: '2025-11-05',
    slowMs: 0,
    changeAtEqualVolume: 0,
    ...options,
  });
  try {
    const requests: number[] = [];
    const statuses = new Map<string, number[]>();
    for (let night = 0; night < 2; night += 1) {
      if (night > 0) account.nextDay();
      const summary = await account.run({ verify: '100%', concurrency });
      expect([summary.status, summary.requests]).toEqual(['ok', account.sandbox.requests.total]);
      requests.push(summary.requests);
      await expectTruth(account);
      for (const { path, status } of account.sandbox.requests.list)
        statuses.set(path, [...(statuses.get(path) ?? []), status]);
      account.sandbox.requests.clear();
    }
    return { requests, total: requests.reduce((sum, count) => sum + count, 0), statuses };
  } finally {
    await account.close();
  }
}

test.each([51, 52])('seed %i: the exact truth for at most half as many requests more', async (seed) => {
  const calm = await twoNights({ seed });
  const storm = await twoNights({ seed, faults: STORM });
  figures.push(`seed ${seed}: calm ${calm.requests.join(' + ')}, storm ${storm.requests.join(' + ')}`);
  expect(storm.total).toBeLessThanOrEqual(1.5 * calm.total);
});

test('a fault is a function of seed, URL and how often it was asked, whatever the order', async () => {
  const storms = [
    await twoNights({ seed: 55, faults: STORM }, 1),
    await twoNights({ seed: 55, faults: STORM }, 8),
  ];
  const [one = new Map(), eight] = storms.map(({ statuses }) => statuses);
  expect(eight).toEqual(one);
});
