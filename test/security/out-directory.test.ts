import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { Account } from '../run/night.ts';

let account: Account;
let scratch: string;

beforeAll(async () => {
  account = await Account.open({ monitors: 1, ips: 1, days: 1, today: '2025-11-05' });
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-out-'));
});

afterAll(() => account.close());

/** Makes nothing: where a guard is missing, the root and the home directory of this machine stay as they are. */
const refuse = (): Promise<never> => Promise.reject(new Error('something would be made'));
const NO_HANDS: FileSystem = { ...nodeFileSystem, mkdir: refuse, chmod: refuse };

/** A run into `out` is refused before anything is asked of the API, and leaves what is there as it was. */
async function expectRefused(out: string, reason: string, fileSystem = NO_HANDS): Promise<void> {
  const before = account.sandbox.requests.total;
  const names = await readdir(out).catch(() => null);
  const refused = account.run({ out }, { fileSystem });
  await expect(refused).rejects.toThrow(ConfigurationError);
  await expect(refused).rejects.toThrow(reason);
  expect(account.sandbox.requests.total).toBe(before);
  expect(await readdir(out).catch(() => null)).toEqual(names);
}

describe('an out directory that cannot be ours is refused', () => {
  it.each(['/', '//', '/tmp/..', '/.'])('the root: %s', (out) =>
    expectRefused(out, 'cannot be an out directory'),
  );

  it('the home directory, also an empty one and by another name', async () => {
    await expectRefused(homedir(), 'cannot be an out directory');
    const home = join(scratch, 'home');
    await mkdir(home);
    await symlink(home, join(scratch, 'link'));
    vi.stubEnv('HOME', home);
    for (const out of [home, `${home}/`, join(scratch, 'link')]) {
      await expectRefused(out, 'cannot be an out directory');
    }
    vi.unstubAllEnvs();
  });

  it('a file, and a path below one', async () => {
    const file = join(scratch, 'file');
    await writeFile(file, 'mine');
    await expectRefused(file, 'is not a directory');
    await expectRefused(join(file, 'below'), 'cannot be used');
  });

  it('a directory that holds something else', async () => {
    const foreign = join(scratch, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'thesis.txt'), 'years of work');
    await expectRefused(foreign, 'it has thesis.txt');
  });

  it.each(['a directory', 'a file'])('one in which current is %s', async (kind) => {
    const out = join(scratch, `current ${kind}`);
    await account.run({ out });
    await rm(join(out, 'current'));
    if (kind === 'a file') await writeFile(join(out, 'current'), 'mine');
    else await mkdir(join(out, 'current'));
    await expectRefused(out, 'is not the symbolic link', nodeFileSystem);
  });

  it('but an empty one is taken, with a state that nobody else can read', async () => {
    const out = join(scratch, 'empty');
    await mkdir(out);
    await account.run({ out });
    expect((await stat(join(out, '.state'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(out, '.state', 'journal'))) {
      expect((await stat(join(out, '.state', 'journal', name))).mode & 0o077).toBe(0);
    }
  });
});
