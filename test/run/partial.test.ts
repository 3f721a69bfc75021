import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import type { Row } from '../oracle/row.ts';
import { listingCost } from './cost.ts';
import { Account, type AccountOptions } from './night.ts';
import { expectTruth } from './same-truth.ts';

let open: Account | null = null;
afterEach(() => open?.close());

async function openAccount(options: AccountOptions): Promise<Account> {
  open = await Account.open({
    pagination: 'links',
    seed: 61,
    monitors: 2,
    ips: 8,
    days: 4,
    today: '2025-11-05',
    ...options,
  });
  return open;
}

async function table(account: Account, name: string): Promise<readonly Row[]> {
  return (await readDuckDb(join(account.current, 'dmarc.duckdb')))[name] ?? [];
}

async function coverage(account: Account): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of await table(account, 'meta_coverage'))
    counts[String(state)] = (counts[String(state)] ?? 0) + 1;
  return counts;
}

test('max-requests ends as partial and is published; the next run goes on without being told', async () => {
  const account = await openAccount({});
  const first = await account.run({ maxRequests: 11, verify: '0' });
  expect(first).toMatchObject({ status: 'partial', stop_reason: 'max_requests', requests: 11 });
  expect(await coverage(account)).toEqual({ current: 8, never: 8 });
  const [told] = await table(account, 'meta_runs');
  expect(told).toMatchObject({ status: 'partial', stop_reason: 'max_requests', requests: 11n });
  for (const row of await table(account, 'meta_coverage')) {
    const isFresh = row.state === 'current';
    expect([row.detail_as_of !== null, row.fingerprint !== null]).toEqual([isFresh, isFresh]);
    expect(row.detail_volume === row.aggregated_volume).toBe(isFresh);
  }
  const second = await account.run({ verify: '0' });
  expect(second).toMatchObject({ status: 'ok', stop_reason: 'done' });
  expect(second.requests).toBe(listingCost(account.sandbox.truth(), 'links') + 8 + 2);
  await expectTruth(account);
});

test.each(['reverse', 'shuffled'] as const)(
  'an IP with more pages than a night may ask is finished over the nights, %s order',
  async (order) => {
    const account = await openAccount({ monitors: 1, ips: 1, days: 1, order });
    const [monitor = ''] = Object.keys(account.sandbox.truth().report_records);
    account.sandbox.addSource(monitor, '198.51.100.9', 950);
    const spent: number[] = [];
    for (let isDone = false; !isDone && spent.length < 8; ) {
      const { requests, status } = await account.run({ maxRequests: 5, verify: '0' });
      spent.push(requests);
      isDone = status === 'ok';
    }
    console.log(`12 requests of details, 5 a run with 2 for the listing, ${order}: ${spent.join(' ')}`);
    expect(spent.length).toBe(Math.ceil(12 / 3));
    await expectTruth(account);
  },
);

test('--monitor asks for one, by domain in any case, and leaves the others as they were', async () => {
  const account = await openAccount({});
  const [, second] = account.sandbox.truth().monitors as { id: string; domain: { name: string } }[];
  const named = [second?.domain.name.toUpperCase() ?? ''];
  const summary = await account.run({ monitor: named, verify: '0' });
  expect(summary).toMatchObject({ status: 'ok', requests: 1 + 1 + 8 + 1 });
  const listed = await table(account, 'meta_coverage');
  expect(new Set(listed.map(({ monitor_id }) => monitor_id))).toEqual(new Set([second?.id]));
  expect((await table(account, 'monitors')).length).toBe(2);
  await expect(account.run({ monitor: ['nobody.example'] })).rejects.toThrow(
    'no monitor has the id or domain',
  );
  await account.run({ verify: '0' });
  await expectTruth(account);
});

test('--since filters details only, and what it leaves out is read later', async () => {
  const account = await openAccount({ days: 20, lateShare: 0 });
  const since = '2025-11-01';
  await account.run({ since, verify: '0' });
  const { list } = account.sandbox.requests;
  const isDated = (path: string) => path.includes('date_from=2025-11-01');
  expect(list.every(({ path, endpoint }) => isDated(path) === (endpoint === 'report-ip'))).toBe(true);
  const records = await table(account, 'report_records');
  expect(records.length).toBeGreaterThan(0);
  expect(records.every(({ report_date }) => String(report_date) >= since)).toBe(true);
  expect((await coverage(account)).current ?? 0).toBe(0);
  await account.run({ verify: '0' });
  await expectTruth(account);
});

test('--full fetches everything again, also what a fingerprint cannot show', async () => {
  const account = await openAccount({ lateShare: 0 });
  const first = await account.run({ verify: '0' });
  const [monitor = '', records = {}] =
    Object.entries(account.sandbox.truth().ever.report_records).find(
      ([, all]) => Object.keys(all).length > 0,
    ) ?? [];
  const [id = ''] = Object.keys(records);
  account.sandbox.setRecord(monitor, id, { override_comment: 'changed in place' });
  const plain = await account.run({ verify: '0' });
  expect([plain.requests, plain.items.changed]).toEqual([3, 0]);
  const full = await account.run({ full: true, verify: '0' });
  expect([full.requests, full.items.changed]).toEqual([first.requests, 1]);
  await expectTruth(account);
});
