import { afterAll, afterEach, expect, test } from 'vitest';
import type { Truth } from '../../src/sandbox/truth.ts';
import { Book } from './book.ts';
import { crawlCost, listingCost } from './cost.ts';
import { Account, type AccountOptions, DAY_MS } from './night.ts';

const FORMS = ['bare'] as const;
const figures: string[] = [];
let open: Account | null = null;

afterAll(() => console.log(['incremental nights of a cumulative account', ...figures].join('\n')));
afterEach(() => open?.close());

async function openAccount(options: AccountOptions): Promise<{ account: Account; book: Book }> {
  open = await Account.open({ today: '2025-11-05', ...options });
  return { account: open, book: new Book(open) };
}

test.each(FORMS)('nothing new, pages in the form %s: the listing is all that is paid', async (pagination) => {
  const { account, book } = await openAccount({ seed: 21, monitors: 2, ips: 100, days: 3, pagination });
  const first = await book.run({ verify: '0' });
  const { sandbox, clock } = account;
  const listing = listingCost(sandbox.truth(), pagination);
  for (const days of [0, 1, 5]) {
    clock.advance(days * DAY_MS);
    const summary = await book.run({ verify: '0' });
    expect([summary.status, summary.requests]).toEqual(['ok', listing]);
  }
  clock.advance(2 * DAY_MS);
  const late = await book.run({ verify: '0' });
  figures.push(
    `nothing new, ${pagination}: first run ${first.requests}, then ${listing} a run, ${late.requests} after 8 days`,
  );
  expect(late.requests).toBe(listing + 2);
  await book.expectTruth();
});

/** Exactly 30 % of the IPs get records that are there at once; nothing else changes. */
const CALM_DAY = {
  activeShare: 0.3,
  steadyShare: 0,
  newIpShare: 0,
  lateShare: 0,
  changeInPlace: 0,
  changeAtEqualVolume: 0,
};

test.each([
  { pagination: 'bare', order: 'natural' },
  { pagination: 'links', order: 'reverse' },
  { pagination: 'total', order: 'shuffled' },
] as const)(
  'one more day, pages in the form $pagination, $order order: what changed is paid',
  async (form) => {
    const { account, book } = await openAccount({
      ...CALM_DAY,
      ...form,
      seed: 5,
      monitors: 2,
      ips: 20,
      days: 45,
    });
    const { sandbox } = account;
    await book.run({ verify: '0' });
    const before = sandbox.truth();
    account.nextDay();
    const after = sandbox.truth();
    const { least, most, changed } = changedCost(before, after, form.order);
    const listing = listingCost(after, form.pagination);
    const crawl = crawlCost(after, form.pagination);
    const { requests } = await book.run({ verify: '0' });
    await book.expectTruth();
    expect(requests).toBeGreaterThanOrEqual(listing + least + 2);
    expect(requests).toBeLessThanOrEqual(listing + most + 2);

    account.nextDay();
    const next = changedCost(after, sandbox.truth(), form.order);
    const verified = await book.run({ verify: '10%' });
    await book.expectTruth();
    expect(verified.requests).toBeLessThanOrEqual(
      listing + next.most + 2 + Math.ceil((40 - next.changed) / 10),
    );
    figures.push(
      `30 % changed, ${form.pagination}, ${form.order}: ${changed} IPs, ${requests} requests, full crawl ${crawl}; next day ${verified.requests} with 10 % verified`,
    );
  },
);

interface ChangedCost {
  readonly changed: number;
  /** Pages that the changed IPs need at least and at most until their sums are reached. */
  readonly least: number;
  readonly most: number;
}

/**
 * The pages on which a changed IP's new records are: the first and the last page in an order where they come together,
 * else all of its pages.
 */
function changedCost(before: Truth, after: Truth, order: string): ChangedCost {
  const cost = { changed: 0, least: 0, most: 0 };
  for (const [monitor, ips] of Object.entries(after.report_records)) {
    for (const [ip, rows] of Object.entries(ips)) {
      const had = before.report_records[monitor]?.[ip]?.length ?? 0;
      const has = rows?.length ?? 0;
      if (has === had) continue;
      const pages = Math.ceil(has / 100);
      cost.changed += 1;
      cost.least += 1;
      cost.most += order === 'shuffled' ? pages : Math.min(pages, 2);
    }
  }
  return cost;
}
