import { afterAll, expect, test } from 'vitest';
import { crawlCost } from './cost.ts';
import { Account, DAY_MS } from './night.ts';
import { servedRecords, storedRecords, visibleRecords } from './same-truth.ts';

/** Nights of the long accounts: the issue's 60 for `npm run soak`, fewer in `npm test`. */
const NIGHTS = Number(process.env.DMARC_TEST_NIGHTS ?? 0);
const figures: string[] = [];

afterAll(() => console.log(['windowed accounts, requests a night / of a full crawl', ...figures].join('\n')));

test.each([
  { window: 7, nights: NIGHTS || 12, monitors: 1, ips: 6, days: 12 },
  { window: 30, nights: NIGHTS || 8, monitors: 1, ips: 6, days: 40 },
])(
  'window $window, $nights nights: nothing that was ever visible in a night is lost',
  { timeout: 600_000 },
  async ({ window, nights, ...size }) => {
    const account = await Account.open({
      ...size,
      seed: 31,
      today: '2025-11-05',
      window,
      windowHard: true,
      steadyShare: 0.33,
      pagination: 'total',
    });
    const seen = new Set<string>();
    const spent: number[] = [];
    const crawls: number[] = [];
    const see = () => {
      for (const record of visibleRecords(account.sandbox.truth())) seen.add(record);
    };
    try {
      for (let night = 0; night < nights; night += 1) {
        if (night > 0) account.nextDay();
        see();
        crawls.push(crawlCost(account.sandbox.truth(), 'total'));
        const { requests, status } = await account.run();
        expect(status).toBe('ok');
        spent.push(requests);
      }
      account.clock.advance(3 * DAY_MS);
      await account.run();
      const stored = await storedRecords(account);
      const missing = [...seen, ...servedRecords(account.sandbox.truth())].filter((key) => !stored.has(key));
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
      figures.push(
        `window ${window}: ${seen.size} records, ${sum(spent)} / ${sum(crawls)} in ${nights} nights: ${spent
          .map((requests, night) => `${requests}/${crawls[night]}`)
          .join(' ')}`,
      );
      expect(missing).toEqual([]);
    } finally {
      await account.close();
    }
  },
);
