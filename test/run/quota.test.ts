import { afterAll, expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import { verifyVersion } from '../../src/load/verify.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import type { Truth } from '../../src/sandbox/truth.ts';
import { lowerText } from '../oracle/spellings.ts';
import { crawlCost, listingCost } from './cost.ts';
import { Account, type AccountOptions, DAY_MS } from './night.ts';
import { expectTruth } from './same-truth.ts';

const figures: string[] = [];

afterAll(() => console.log(['a first export bigger than the quota of a day', ...figures].join('\n')));

const RESERVE = 0.2;

interface Case extends AccountOptions {
  readonly name: string;
  readonly quota: number;
}

const CASES: Case[] = [
  { name: 'the issue’s size', quota: 1000, monitors: 4, ips: 1225, days: 1, pagination: 'total' },
  { name: 'many small monitors', quota: 50, monitors: 8, ips: 8, days: 2, pagination: 'links' },
  { name: 'a few big IPs', quota: 25, monitors: 1, ips: 2, days: 2, pagination: 'bare', order: 'shuffled' },
];

test.each(CASES)('$name: the fewest nights, the reserve untouched', { timeout: 120_000 }, async (given) => {
  const { name, quota, ...options } = given;
  const account = await Account.open({ ...options, seed: 41, today: '2025-11-05', quota });
  try {
    if (options.ips === 2) addBigIps(account, [1730, 990, 420]);
    const { sandbox, clock } = account;
    const form = options.pagination ?? 'bare';
    const truth = sandbox.truth();
    const listing = listingCost(truth, form);
    const rest = crawlCost(truth, form) - listing;
    const spendable = quota * (1 - RESERVE);
    const fewest = Math.ceil(rest / (spendable - listing));
    const spent: number[] = [];
    for (let isDone = false; !isDone && spent.length < fewest + 5; ) {
      if (spent.length > 0) clock.advance(DAY_MS);
      const summary = await account.run();
      spent.push(summary.requests);
      isDone = isComplete(summary, truth);
      if (isDone) expect(summary.status).toBe('ok');
      else expect([summary.status, summary.stop_reason]).toEqual(['partial', 'quota']);
      expect(summary.quota_before).toBe(quota);
      expect(summary.quota_after).toBeGreaterThanOrEqual(quota * RESERVE);
      await verifyVersion(nodeFileSystem, account.current);
    }
    figures.push(
      `${name}: ${rest} requests + ${listing} a night, quota ${quota}: ${spent.length} nights, fewest ${fewest}: ${spent.join(' ')}`,
    );
    const days = sandbox.requests.list.map(({ at }) => Math.floor(at / DAY_MS));
    for (const day of new Set(days))
      expect(days.filter((other) => other === day).length).toBeLessThanOrEqual(spendable);
    expect(spent.length).toBe(fewest);
    await expectTruth(account);
  } finally {
    await account.close();
  }
});

function addBigIps({ sandbox }: Account, sizes: readonly number[]): void {
  const [monitor = ''] = Object.keys(sandbox.truth().report_records);
  for (const [index, records] of sizes.entries())
    sandbox.addSource(monitor, `198.51.100.${index + 1}`, records);
}

/** Whether all there is has been read; the share to verify, which comes last, may still be open then. */
function isComplete({ rows }: RunSummary, { report_records, report_sources }: Truth): boolean {
  const count = (groups: readonly (readonly unknown[] | null)[]) =>
    groups.reduce((sum, group) => sum + (group?.length ?? 0), 0);
  const records = Object.values(report_records).flatMap((ips) => Object.values(ips));
  // Spellings of a reporter that differ in case only are one.
  const sources = Object.values(report_sources).map((rows) => [
    ...new Set(
      rows.map((row) => lowerText(String((row as { report_source?: unknown }).report_source ?? ''))),
    ),
  ]);
  return (
    rows.report_records === count(records) &&
    rows.report_sources !== undefined &&
    rows.report_sources >= count(sources)
  );
}
