import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import { listJournals } from '../../src/journal/list.ts';
import { openDatabase } from '../../src/load/database.ts';
import { digestFile } from '../../src/load/manifest.ts';
import { openPublished } from '../../src/load/verify.ts';
import { Account } from './night.ts';
import { expectTruth } from './same-truth.ts';

let account: Account;
afterEach(() => account.close());

/** An account after two runs whose dataset says that an older program read it, with one reporter as it was sent. */
async function olderDataset(): Promise<void> {
  account = await Account.open({
    ...{ seed: 5, monitors: 1, ips: 3, days: 4, today: '2025-11-05', pagination: 'links' },
  });
  await account.run({ verify: '0' });
  await account.run({ verify: '0' });
  const path = join(account.current, 'dmarc.duckdb');
  await chmod(path, 0o600);
  const database = await openDatabase(path);
  await database.run("UPDATE report_records SET report_source = '\tGoogle.com\n'");
  database.close();
  const { reading_version: _, ...manifest } = JSON.parse(
    await readFile(join(account.current, 'manifest.json'), 'utf8'),
  );
  const digest = await digestFile(nodeFileSystem, path);
  const files = manifest.files.map((file: { path: string }) =>
    file.path === 'dmarc.duckdb' ? { ...file, ...digest } : file,
  );
  await chmod(join(account.current, 'manifest.json'), 0o600);
  await writeFile(join(account.current, 'manifest.json'), JSON.stringify({ ...manifest, files }));
}

async function reporters(): Promise<unknown[]> {
  const database = await openPublished(account.current);
  const rows = await database.rows('SELECT DISTINCT report_source FROM report_records ORDER BY 1');
  database.close();
  return rows.map(({ report_source }) => report_source);
}

test('a dataset that an older program read is rebuilt from its journals by the next run, without a request', async () => {
  await olderDataset();
  expect(await reporters()).toEqual(['\tGoogle.com\n']);
  const asked = account.sandbox.requests.total;
  const summary = await account.run({ verify: '0' });
  expect(summary).toMatchObject({ status: 'ok', warnings: [] });
  expect(account.sandbox.requests.total - asked).toBe(2);
  expect(await reporters()).not.toContain('\tGoogle.com\n');
  await expectTruth(account);
  const database = await openPublished(account.current);
  const runs = await database.rows(
    'SELECT run_number, (SELECT COUNT(*) FROM meta_checks c WHERE c.run_id = r.run_id) > 10 AS has_checks FROM meta_runs r ORDER BY 1',
  );
  database.close();
  expect(runs).toEqual([1n, 2n, 3n].map((run_number) => ({ run_number, has_checks: true })));
});

test('where a journal is gone the rows stay as they are, and that is told once', async () => {
  await olderDataset();
  const [first] = await listJournals(join(account.out, '.state', 'journal'));
  await rm(first?.path ?? '');
  const { warnings } = await account.run({ verify: '0' });
  expect(warnings).toEqual([
    expect.stringMatching(/cannot be rebuilt from its journals \(1 of 2 are gone\)/),
  ]);
  expect(await reporters()).toEqual(['\tGoogle.com\n']);
  expect((await account.run({ verify: '0' })).warnings).toEqual([]);
});

test('a damaged journal is not given up for a rebuild', async () => {
  await olderDataset();
  const [first] = await listJournals(join(account.out, '.state', 'journal'));
  await writeFile(first?.path ?? '', 'no journal\nat all\n');
  const { warnings } = await account.run({ verify: '0' });
  expect(warnings).toEqual([expect.stringMatching(/cannot be rebuilt from its journals/)]);
  expect(await reporters()).toEqual(['\tGoogle.com\n']);
});
