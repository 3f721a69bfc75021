import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { tellError } from '../../src/commands/tell-error.ts';
import { takeLock } from '../../src/load/lock.ts';
import type { ReplaySummary } from '../../src/replay-summary.ts';
import { expectSameReadings } from '../oracle/compare.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { Account } from '../run/night.ts';
import { fakeTerminal } from './fake-terminal.ts';

let account: Account;

beforeAll(async () => {
  account = await Account.open({ pagination: 'links', today: '2025-11-05', monitors: 1, ips: 4, days: 10 });
  await account.run();
  account.nextDay();
  await account.run();
});

afterAll(() => account.close());

async function call(...words: string[]) {
  const terminal = fakeTerminal();
  const code = await dispatch(['replay', ...words], terminal).catch((error: unknown) =>
    tellError(error, terminal),
  );
  return { code, ...terminal.told() };
}

const journals = () => join(account.out, '.state', 'journal');
const current = () => readlink(account.current);

describe('dmarc-etl replay', () => {
  it('needs no token, says which days the journals cover, and publishes under a run id of its own', async () => {
    const before = await current();
    const { code, stdout } = await call('--out', account.out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^replay \d{8}T\d{6}Z-[0-9a-f]{4}: ok\n/);
    expect(stdout).toContain('journals 2 runs of 2025-11-05 to 2025-11-06\n');
    expect(await current()).not.toBe(before);
    const { meta_runs = [] } = await readDuckDb(join(account.current, 'dmarc.duckdb'));
    expect(meta_runs.map(({ mode }) => mode)).toEqual(['incremental', 'incremental']);
    expect(await readdir(journals())).toHaveLength(2);
  });

  it('prints JSON, or nothing', async () => {
    const { stdout } = await call('--out', account.out, '--json', '--quiet');
    const summary = JSON.parse(stdout) as ReplaySummary;
    expect(summary).toMatchObject({ journals: 2, first_day: '2025-11-05', last_day: '2025-11-06' });
    expect(summary.version_dir).toBe(join(account.out, await current()));
    expect(await call('--out', account.out, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('brings a dataset back whose versions are lost', async () => {
    const before = await readDuckDb(join(account.current, 'dmarc.duckdb'));
    await rm(join(account.out, 'versions'), { recursive: true });
    await rm(account.current);
    expect((await call('--out', account.out)).code).toBe(0);
    const {
      meta_journals: _,
      meta_checks: __,
      ...tables
    } = await readDuckDb(join(account.current, 'dmarc.duckdb'));
    expectSameReadings(tables, before);
  });

  it('is followed by a run that asks only for what is new', async () => {
    const asked = account.sandbox.requests.total;
    account.clock.advance(Date.now() - account.clock.now());
    await account.run({ verify: '0', maxAge: 3650 });
    expect(account.sandbox.requests.total - asked).toBeLessThanOrEqual(3);
  });
});

describe('dmarc-etl replay refuses', () => {
  it('a directory without journals, and leaves nothing there', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'dmarc-etl-'));
    const { code, stderr } = await call('--out', join(empty, 'none'));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('there are no journals in'),
    });
    expect(await readdir(empty)).toEqual([]);
  });

  it('to run beside a run', async () => {
    const lock = await takeLock(join(account.out, '.state', 'lock.duckdb'));
    const { code, stderr } = await call('--out', account.out);
    lock.release();
    expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringContaining(`process ${process.pid}`) });
  });

  it('journals of another API', async () => {
    const run_id = '20251107T020000Z-0000';
    const header = {
      v: 1,
      type: 'header',
      run_id,
      program_version: '0',
      mode: 'incremental',
      quota_before: null,
    };
    const origin = { started_at: '2025-11-07T02:00:00.000Z', api_origin: 'https://api.example.com' };
    const path = join(journals(), `${run_id}.jsonl`);
    await writeFile(path, `${JSON.stringify({ ...header, ...origin })}\n`);
    const before = await current();
    const { code, stderr } = await call('--out', account.out);
    await rm(path);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('https://api.example.com') });
    expect(await current()).toBe(before);
    expect(await readdir(join(account.out, 'versions'))).toContain(before.replace('versions/', ''));
  });

  it('to publish fewer records than are published, unless told to', async () => {
    const before = await current();
    const lost = (await readdir(journals())).sort().slice(0, -1);
    for (const name of lost) await rm(join(journals(), name));
    const refused = await call('--out', account.out);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(
      /the journals hold \d+ records, but \d+ are published; nothing was changed/,
    );
    expect(refused.stderr).toContain('--allow-shrink');
    expect(await current()).toBe(before);
    const accepted = await call('--out', account.out, '--allow-shrink', '--json');
    expect(accepted.code).toBe(0);
    const summary = JSON.parse(accepted.stdout) as ReplaySummary;
    expect(summary.runs_without_journal).toEqual(lost.map((name) => name.split('.')[0]));
    expect(summary.warnings.join()).toContain('no journal is left of 2 published runs');
    expect(await current()).not.toBe(before);
  });
});
