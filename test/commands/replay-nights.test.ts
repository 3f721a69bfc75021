import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import { verifyVersion } from '../../src/load/verify.ts';
import type { RunFlags } from '../../src/options.ts';
import { resolveLimits } from '../../src/options.ts';
import { replay } from '../../src/run/replay.ts';
import type { RunEvent } from '../../src/run/run-context.ts';
import { SHAPES } from '../oracle/cell-type.ts';
import { expectSameReadings, expectSameRows } from '../oracle/compare.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import type { Tables } from '../oracle/row.ts';
import { Account, type AccountOptions } from '../run/night.ts';

const figures: string[] = [];

afterAll(() => console.log(['replayed = published, row for row:', ...figures].join('\n')));

const WINDOWED = { window: 7, changeInPlace: 0.1, changeAtEqualVolume: 0.1 };

const ACCOUNTS: readonly (AccountOptions & { readonly retainDays?: number })[] = [
  {
    seed: 1,
    monitors: 2,
    ips: 5,
    days: 50,
    oddities: true,
    unknownFields: true,
    percent: 'mixed',
    newIpShare: 0.5,
  },
  { ...WINDOWED, seed: 2, monitors: 1, ips: 8, days: 20, order: 'shuffled', pagination: 'links' },
  { seed: 3, monitors: 1, ips: 8, days: 30, retainDays: 10 },
];

test.each(ACCOUNTS)(
  'the journals of many nights make the same dataset again: seed $seed',
  { timeout: 240_000 },
  async ({ retainDays, ...options }) => {
    const account = await Account.open({ today: '2025-11-05', ...options });
    try {
      await liveThroughNights(account, { retainDays });
      const published = await readDuckDb(join(account.current, 'dmarc.duckdb'));
      const asked = account.sandbox.requests.total;
      const summary = await replayOf(account);
      expect(account.sandbox.requests.total).toBe(asked);
      expect(summary).toMatchObject({ first_day: '2025-11-05', last_day: '2025-11-11', warnings: [] });
      expect(summary.runs_without_journal).toEqual([]);
      await verifyVersion(nodeFileSystem, account.current);
      const replayed = await readDuckDb(join(account.current, 'dmarc.duckdb'));
      expectSameDatasets(replayed, published);
      expectSameReadings(replayed, (await readParquet(account.current)).tables);
      figures.push(`seed ${options.seed}: ${summary.journals} journals, ${sizeOf(published)} rows`);
    } finally {
      await account.close();
    }
  },
);

/** A first night, one that is out of requests, one that is stopped, one that fails, and quiet ones. */
async function liveThroughNights(account: Account, flags: RunFlags): Promise<void> {
  expect((await account.run({ ...flags, maxRequests: 9 })).status).toBe('partial');
  expect((await account.run({ ...flags, verify: '50%' })).status).toBe('ok');
  account.nextDay();
  expect((await account.run({ ...flags, maxRequests: 7 })).status).toBe('partial');
  account.nextDay();
  expect(await stopAfterPages(account, 3)).toBe('interrupted');
  account.nextDay();
  await expect(failAfterPages(account, 5)).rejects.toThrow('fails for the test');
  account.nextDay();
  await account.run({ ...flags, verify: '30%' });
  account.nextDay();
  await account.run({ ...flags, full: true });
  account.nextDay();
  expect((await account.run(flags)).status).toBe('ok');
}

async function stopAfterPages(account: Account, pages: number): Promise<string> {
  const controller = new AbortController();
  const tell = countPages(pages, () => controller.abort(new Error('stopped by the test')));
  return (await account.run({ concurrency: 1 }, { tell, signal: controller.signal })).status;
}

async function failAfterPages(account: Account, pages: number): Promise<void> {
  const tell = countPages(pages, () => {
    throw new Error('fails for the test');
  });
  await account.run({ concurrency: 1 }, { tell });
}

function countPages(pages: number, act: () => void): (event: RunEvent) => void {
  let seen = 0;
  return ({ type }) => {
    if (type === 'page') seen += 1;
    if (type === 'page' && seen === pages) act();
  };
}

function replayOf({ out, clock, warnings }: Account) {
  clock.advance(1_000);
  return replay(
    { out, allowShrink: false, limits: resolveLimits({}), checksDirectory: null, acceptedChecks: [] },
    {
      ...{ clock, fileSystem: nodeFileSystem, tell: () => undefined, program_version: '0.0.0-test' },
      warn: (message) => void warnings.push(message),
    },
  );
}

/** All but when a journal was loaded, and the checks, which are the replay's own. */
function expectSameDatasets(actual: Tables, expected: Tables): void {
  for (const { name, key } of SHAPES) {
    if (name === 'meta_checks') continue;
    const ignored = name === 'meta_journals' ? ['loaded_at'] : [];
    expectSameRows(actual[name] ?? [], expected[name] ?? [], key, ignored, name);
  }
}

function sizeOf(tables: Tables): number {
  return Object.values(tables).reduce((sum, rows) => sum + rows.length, 0);
}
