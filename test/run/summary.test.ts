import { realpath } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import type { DatasetSummary } from '../../src/dataset-summary.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { readManifest } from '../../src/load/manifest.ts';
import { foreseeRun, type NextRun } from '../../src/next-run.ts';
import { resolveRunOptions } from '../../src/options.ts';
import { planAccount } from '../../src/run/plan-account.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';
import { Account, DAY_MS } from './night.ts';

/** What the published manifest sums up. */
async function summaryOf(account: Account): Promise<DatasetSummary> {
  const { summary } = await readManifest(nodeFileSystem, await realpath(account.current));
  if (summary === null) throw new Error('the manifest has no summary');
  return summary;
}

/** What the summary foresees, and what a plan then finds when it asks. */
async function foreseenAndPlanned(account: Account): Promise<readonly [NextRun, NextRun]> {
  const options = resolveRunOptions(
    { out: account.out, apiUrl: account.sandbox.url, rate: 0 },
    { MAILERSEND_API_TOKEN: account.sandbox.token },
  );
  const { maxAgeMs, verifyShare } = options;
  const foreseen = foreseeRun(await summaryOf(account), [], {
    nowMs: account.clock.now(),
    maxAgeMs,
    verifyShare,
  });
  const { details, monitors } = await planAccount(options, {
    ...{ clock: account.clock, fileSystem: nodeFileSystem, tell: () => {}, warn: () => {} },
    ...{ signal: new AbortController().signal, program_version: '0.0.0-test' },
  });
  const ips = (reason: string) => details[reason]?.ips ?? 0;
  const found = { never: ips('new') + ips('incomplete'), changed: ips('changed'), aged: ips('aged') };
  return [foreseen, { journals: [], monitors, details: found, verify: ips('verify') }];
}

/** Messages and IPs of the aggregated reports as they are now. */
function truthOf({ sandbox }: Account) {
  const rows = Object.values(sandbox.truth().aggregated_reports).flat() as { total_volume: number }[];
  return { ips: rows.length, volume: rows.reduce((sum, row) => sum + row.total_volume, 0) };
}

test('coverage is what was read of what is listed, and the next run is foreseen as it is planned', async () => {
  const account = await Account.open({ monitors: 2, ips: 8, days: 6, seed: 3 });
  try {
    await account.run({ maxRequests: 12 });
    const read = account.events.filter(
      (event) => event.type === 'ip-done' && event.outcome === 'read',
    ).length;
    const { ips, volume } = truthOf(account);
    const partial = await summaryOf(account);
    expect(read).toBeGreaterThan(0);
    expect(partial.coverage).toMatchObject({ monitors: 2, listed_monitors: 2, ips, volume });
    expect(partial.coverage).toMatchObject({ fresh_ips: read, never: ips - read, stale: 0, windowed: {} });
    expect(partial.runs).toMatchObject([{ status: 'partial', stop_reason: 'max_requests', requests: 12 }]);
    const [foreseen, planned] = await foreseenAndPlanned(account);
    expect(foreseen).toEqual(planned);

    const run = await account.run();
    const whole = await summaryOf(account);
    expect(whole.coverage).toMatchObject({ ips, fresh_ips: ips, volume, fresh_volume: volume, never: 0 });
    expect(whole.as_of_date).toBe(account.today);
    expect(whole.quota).toMatchObject({ left: run.quota_after, run_id: run.run_id });
    expect(whole.runs.map(({ status }) => status)).toContain('ok');

    account.nextDay();
    await account.run({ maxRequests: 5 });
    const next = await summaryOf(account);
    expect(next.coverage.stale).toBeGreaterThan(0);
    expect(next.coverage.fresh_ips).toBeLessThan(next.coverage.ips);
    expect(next.coverage.fresh_volume).toBeLessThan(next.coverage.volume);
    const [foreseenNext, plannedNext] = await foreseenAndPlanned(account);
    expect(foreseenNext).toEqual(plannedNext);
  } finally {
    await account.close();
  }
});

test('of a moving window only what was read last night is fresh, and what is too old is foreseen', async () => {
  const window = { window: 7, windowHard: true, steadyShare: 0.5 } as const;
  const account = await Account.open({
    ...window,
    monitors: 1,
    ips: 6,
    days: 12,
    seed: 31,
    today: '2025-11-05',
  });
  try {
    for (let night = 0; night < 6; night += 1) {
      if (night > 0) account.nextDay();
      await account.run();
    }
    const { coverage } = await summaryOf(account);
    const windowed = Object.values(coverage.windowed).reduce((sum, count) => sum + count, 0);
    expect(windowed).toBe(coverage.ips);
    expect(coverage.fresh_ips).toBe(coverage.windowed[account.today]);
    expect(coverage.fresh_ips).toBeLessThan(coverage.ips);
    account.clock.advance(2.5 * DAY_MS);
    const [foreseen, planned] = await foreseenAndPlanned(account);
    expect(foreseen.details.aged).toBeGreaterThan(0);
    expect(foreseen).toEqual(planned);
  } finally {
    await account.close();
  }
});

test('dmarc-etl status tells of it, and of journals that are not loaded', async () => {
  const account = await Account.open({ monitors: 1, ips: 3, days: 3, seed: 3 });
  const status = async (...words: string[]) => {
    const terminal = fakeTerminal();
    await dispatch(['status', '--out', account.out, ...words], terminal);
    return terminal.told().stdout;
  };
  try {
    await account.run();
    await foreseenAndPlanned(account);
    const { ips } = truthOf(account);
    const text = await status();
    expect(text).toContain(`100 % of volume and 100 % of IPs are as of ${account.today}, `);
    expect(text).toContain(`${ips} of ${ips} IPs of 1 monitor\n`);
    expect(text).toMatch(/^quota {6}[\d,]+ requests left at 2025-11-05T/m);
    expect(text).toContain('next run   loads 1 journal of earlier runs\n');
    const json = JSON.parse(await status('--json'));
    expect(json.next_run.journals).toHaveLength(1);
    expect(json.summary).toEqual(await summaryOf(account));
  } finally {
    await account.close();
  }
});
