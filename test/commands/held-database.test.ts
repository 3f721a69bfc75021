import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openPublished } from '../../src/load/verify.ts';
import { Account } from '../run/night.ts';
import { expectTruth } from '../run/same-truth.ts';
import { runProgram } from './built-program.ts';

/** Opens a database read-write as a tool does, writes into it, and holds it until its input ends; then as it is told. */
const TOOL = `
  import { DuckDBInstance } from '@duckdb/node-api';
  const [path, end] = process.argv.slice(1);
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  if (end === 'killed') await connection.run("PRAGMA disable_checkpoint_on_shutdown");
  await connection.run('CREATE OR REPLACE TABLE foreign_notes AS SELECT 42 AS n; UPDATE report_records SET total_volume = 999999');
  process.stdout.write('held');
  for await (const _ of process.stdin);
  if (end === 'killed') process.kill(process.pid, 'SIGKILL');
  connection.closeSync();
  instance.closeSync();
`;

let account: Account;
let tool: ChildProcess | null = null;
beforeAll(async () => {
  account = await Account.open({ monitors: 1, ips: 2, days: 3, today: '2025-11-05' });
  await account.run();
});
afterEach(() => {
  tool?.kill('SIGKILL');
});
afterAll(() => account.close());

/** The published database, written into and held by another process. */
async function hold(
  end: 'closed' | 'killed',
): Promise<{ pid: string; path: string; letGo: () => Promise<void> }> {
  const path = join(await realpath(account.current), 'dmarc.duckdb');
  await chmod(path, 0o644);
  const child = spawn(process.execPath, ['--input-type=module', '-e', TOOL, path, end], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  tool = child;
  const ended = once(child, 'close').then(() => Promise.reject(new Error('the tool ended too early')));
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  const letGo = async () => {
    child.stdin.end();
    await once(child, 'close');
  };
  return { pid: String(child.pid), path, letGo };
}

/** Throws unless what is published is the truth, and nothing of the tool. */
async function expectNothingForeign(): Promise<void> {
  await expectTruth(account);
  const database = await openPublished(account.current);
  const tables = await database.rows(
    "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'foreign%'",
  );
  database.close();
  expect(tables).toEqual([]);
}

it('is told by query, check and doctor in one message that names the process; status and views need no database', async () => {
  const { pid, letGo } = await hold('closed');
  const out = ['--out', account.out];
  for (const words of [
    ['query', 'v_domain_daily', ...out],
    ['query', 'SELECT 1', ...out],
    ['check', ...out],
  ]) {
    const { code, stderr } = await runProgram(words);
    const [message = '', hint = '', ...more] = stderr.trimEnd().split('\n');
    expect([words[0], code]).toEqual([words[0], 75]);
    expect(message).toMatch(
      new RegExp(`^dmarc-etl: .*dmarc\\.duckdb is held open for writing by process ${pid} \\(`),
    );
    expect(hint).toMatch(/read-only.*copy/);
    expect(more).toEqual([]);
  }
  const doctor = await runProgram(['doctor', ...out]);
  expect(doctor.stdout).toMatch(new RegExp(`^warn +version .*held open for writing by process ${pid}`, 'm'));
  for (const words of [['status', ...out], ['views']]) {
    expect([words[0], (await runProgram(words)).code]).toEqual([words[0], 0]);
  }
  await letGo();
  // The file is another one now, so the next night makes its version from the one before, or anew.
  account.nextDay();
  const { warnings } = await account.run();
  expect(warnings).toEqual([expect.stringMatching(/is damaged and not used/)]);
  await expectNothingForeign();
}, 60_000);

it.each(['closed', 'killed'] as const)(
  'does not hinder a night, which carries nothing of it on; nor do the nights after it was %s',
  async (end) => {
    const { path, letGo } = await hold(end);
    account.nextDay();
    expect(await account.run()).toMatchObject({ status: 'ok' });
    await expectNothingForeign();
    await letGo();
    if (end === 'killed') expect(await readdir(join(path, '..'))).toContain('dmarc.duckdb.wal');
    account.nextDay();
    expect(await account.run()).toMatchObject({ status: 'ok' });
    await expectNothingForeign();
  },
);

it('whose log of changes the tool left behind in the published version: nothing of it is carried on', async () => {
  const { letGo } = await hold('killed');
  await letGo();
  account.nextDay();
  expect(await account.run()).toMatchObject({ status: 'ok' });
  await expectNothingForeign();
});
