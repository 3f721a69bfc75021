import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuthenticationError, ConfigurationError } from '../../src/errors.ts';
import { isAttempt } from '../../src/journal/line.ts';
import { listJournals } from '../../src/journal/list.ts';
import { openPublished } from '../../src/load/verify.ts';
import { linesOf } from '../journal/journal-lines.ts';
import { expectSameTables } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import { Account } from './night.ts';

const TODAY = '2025-11-05';

test('an account without monitors is a valid dataset with every table and view', async () => {
  const account = await Account.open({ monitors: 0, today: TODAY });
  const summary = await account.run();
  await account.close();
  expect(summary).toMatchObject({ status: 'ok', requests: 1, as_of_date: TODAY });
  const database = await openPublished(account.current);
  expect(await database.rows('SELECT * FROM v_domain_daily')).toEqual([]);
  expect(await database.rows('SELECT * FROM v_records')).toEqual([]);
  database.close();
  const { files } = await readParquet(account.current);
  expect(files.filter(({ month }) => month !== null).map(({ month }) => month)).toEqual(
    Array.from({ length: 4 }, () => '2025-11-01'),
  );
});

test('what is odd is found in coverage and quarantine, and fails nothing', async () => {
  const account = await Account.open({ monitors: 1, ips: 3, days: 5, today: TODAY, oddities: true });
  const summary = await account.run();
  const truth = account.sandbox.truth();
  await account.close();
  expect(summary.status).toBe('ok');
  const expectation = new Expectation();
  expectation.afterRun(truth, { run_id: summary.run_id, day: TODAY });
  expectSameTables(await readDuckDb(join(account.current, 'dmarc.duckdb')), expectation.tables());
  const database = await openPublished(account.current);
  const states = await database.rows(
    "SELECT ip_address, state FROM meta_coverage WHERE state <> 'current' ORDER BY 1",
  );
  expect(states).toEqual([
    { ip_address: '', state: 'unaskable' },
    { ip_address: '203.0.113.253', state: 'gone' },
  ]);
  const dates = await database.rows(
    "SELECT raw FROM meta_quarantine WHERE level = 'row' AND path LIKE '%created_at'",
  );
  expect(dates.length).toBeGreaterThanOrEqual(2);
  const empty = await database.rows(
    "SELECT rows FROM meta_snapshots WHERE stream = 'aggregated_reports' AND rows = 0",
  );
  expect(empty).toHaveLength(1);
  database.close();
});

test('a wrong token is one clear error, and stands nowhere', async () => {
  const account = await Account.open({ monitors: 1, today: TODAY });
  const token = 'mlsn.wrong-token-0123456789';
  account.sandbox.configure({ token });
  await account.run();
  account.sandbox.configure({ token: 'mlsn.another' });
  Object.defineProperty(account.sandbox, 'token', { value: token });
  await expect(account.run()).rejects.toThrow(AuthenticationError);
  await account.close();
  for (const path of await filesBelow(account.out)) {
    expect((await readFile(path)).includes(token), path).toBe(false);
  }
  expect(JSON.stringify([account.events, account.warnings])).not.toContain(token);
});

test('a second run with nothing new links every partition of records and auth results', async () => {
  const account = await Account.open({ monitors: 2, ips: 4, days: 40, today: TODAY });
  await account.run();
  const first = await realpath(account.current);
  await account.run();
  const second = await realpath(account.current);
  await account.close();
  expect(second).not.toBe(first);
  for (const table of ['report_records', 'auth_results']) {
    const months = await readdir(join(first, 'parquet', table));
    expect(months.length).toBeGreaterThan(1);
    for (const month of months) {
      const path = join('parquet', table, month, 'part-0.parquet');
      expect((await stat(join(second, path))).ino).toBe((await stat(join(first, path))).ino);
    }
  }
});

test('every row names the journal line that last changed it', async () => {
  const account = await Account.open({ monitors: 1, ips: 4, days: 5, today: TODAY, changeInPlace: 0.2 });
  for (let night = 0; night < 3; night += 1) {
    await account.run({ full: true });
    account.nextDay();
  }
  await account.close();
  const lines = await journalLines(account.out);
  const tables = await readDuckDb(join(account.current, 'dmarc.duckdb'));
  for (const row of tables.report_records ?? []) {
    const told = lines.get(`${row._run_id} ${row._extracted_at}`) ?? [];
    expect(told, `${row.record_id} of ${row._run_id} at ${row._extracted_at}`).toContain(row.record_id);
  }
  const runs = new Set((tables.report_records ?? []).map((row) => row._run_id));
  expect(runs.size).toBe(3);
});

test('a dataset of one API origin or account is not filled from another', async () => {
  const account = await Account.open({ monitors: 1, ips: 2, days: 2, today: TODAY });
  await account.run();
  const other = await Account.open({ monitors: 1, ips: 2, days: 2, today: TODAY });
  await expect(account.run({ apiUrl: other.sandbox.url })).rejects.toThrow(ConfigurationError);
  const [monitor] = account.sandbox.truth().monitors as { id: string }[];
  account.sandbox.addMonitor({ ips: 1, days: 1 });
  account.sandbox.removeMonitor(monitor?.id ?? '');
  await expect(account.run()).rejects.toThrow('none of the 1 monitors');
  const summary = await account.run({ acceptNewAccount: true });
  expect(summary.status).toBe('ok');
  await account.close();
  await other.close();
});

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Run and moment of receipt → the ids in the answers of that moment. */
async function journalLines(out: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { run_id, path } of await listJournals(join(out, '.state', 'journal'))) {
    for (const line of await linesOf(path)) {
      if (!isAttempt(line) || line.status !== 200) continue;
      const key = `${run_id} ${line.received_at.replace('Z', '000Z')}`;
      const ids = (line.body as { data: { id?: string }[] }).data.map((row) => row.id ?? '');
      found.set(key, [...(found.get(key) ?? []), ...ids]);
    }
  }
  return found;
}
