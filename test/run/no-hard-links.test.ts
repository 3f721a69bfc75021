import { readdir, readFile, realpath, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { EtlError } from '../../src/errors.ts';
import { nodeFileSystem } from '../../src/files.ts';
import type { Manifest } from '../../src/load/manifest.ts';
import { verifyVersion } from '../../src/load/verify.ts';
import { Account } from './night.ts';
import { refusing } from './refusing-files.ts';
import { expectTruth } from './same-truth.ts';

const NIGHT = { monitors: 1, ips: 2, days: 40, today: '2025-11-05' } as const;

async function parquetOf(account: Account): Promise<Map<string, Buffer>> {
  const names = (await readdir(account.current, { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  );
  const contents = names.map(async (name) => [name, await readFile(join(account.current, name))] as const);
  return new Map(await Promise.all(contents));
}

async function manifestOf(account: Account): Promise<Manifest> {
  return JSON.parse(await readFile(join(account.current, 'manifest.json'), 'utf8')) as Manifest;
}

it.each(['EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL'])(
  'where hard links are refused with %s, a later night copies what is unchanged, and says so once',
  async (code) => {
    const account = await Account.open(NIGHT);
    await account.run();
    const before = await parquetOf(account);
    account.nextDay();
    const summary = await account.run({}, { fileSystem: refusing({ link: code }) });
    expect(summary).toMatchObject({ status: 'ok', files: { linked: 0 } });
    expect(summary.warnings).toEqual([
      `the file system of ${summary.version_dir} refuses hard links (${code}): unchanged files are copied`,
    ]);
    await expectTruth(account);
    const after = await parquetOf(account);
    const october = [...before].filter(([name]) => name.includes('month=2025-10'));
    expect(october.length).toBeGreaterThan(1);
    for (const [name, bytes] of october) expect(after.get(name)?.equals(bytes)).toBe(true);
    const { run_id, files } = await manifestOf(account);
    for (const file of files) {
      expect(file.written_by).toBe(run_id);
      expect((await stat(join(account.current, file.path))).mode & 0o777).toBe(0o444);
    }
    await account.close();
  },
);

it.each(['ENOSPC', 'EIO'])(
  'a link that fails with %s is an error, and nothing is published',
  async (code) => {
    const account = await Account.open(NIGHT);
    await account.run();
    const published = await realpath(account.current);
    account.nextDay();
    const failed = account.run({}, { fileSystem: refusing({ link: code }) });
    await expect(failed).rejects.toThrow(EtlError);
    await expect(failed).rejects.toThrow(code);
    expect(await realpath(account.current)).toBe(published);
    await account.close();
  },
);

it('a damaged file is not copied on but written again from the database', async () => {
  const account = await Account.open(NIGHT);
  const fileSystem = refusing({ link: 'EPERM' });
  await account.run({}, { fileSystem });
  account.nextDay();
  await account.run({}, { fileSystem });
  const file = (await manifestOf(account)).files.find(({ path }) =>
    path.includes('report_records/month=2025-09'),
  );
  const path = join(await realpath(account.current), file?.path ?? '');
  await corrupt(path);
  account.nextDay();
  const summary = await account.run({}, { fileSystem });
  expect(summary.warnings).toContain(`${path} is damaged; it is written again from the database`);
  expect(basename((await verifyVersion(nodeFileSystem, account.current)).run_id)).toBe(summary.run_id);
  await expectTruth(account);
  await account.close();
});

/** Same size, other bytes. */
async function corrupt(path: string): Promise<void> {
  const { size } = await stat(path);
  await nodeFileSystem.chmod(path, 0o644);
  await truncate(path, size - 1);
  await truncate(path, size);
}
