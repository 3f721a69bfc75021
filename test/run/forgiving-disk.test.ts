import type { FileHandle } from 'node:fs/promises';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EtlError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { Account } from './night.ts';
import { refusal, refusing } from './refusing-files.ts';
import { expectTruth } from './same-truth.ts';

let account: Account;
beforeEach(async () => {
  account = await Account.open({ monitors: 1, ips: 2, days: 3, today: '2025-11-05' });
});
afterEach(() => account.close());

/** A file system on which syncs fail: those of directories, or those of files. */
function unsynced(code: string, of: 'directories' | 'files'): FileSystem {
  const open = async (path: string, ...words: [string, number?]): Promise<FileHandle> => {
    const handle = await nodeFileSystem.open(path, ...words);
    if ((await handle.stat()).isDirectory() === (of === 'directories'))
      handle.sync = () => Promise.reject(refusal(code, 'fsync', path));
    return handle;
  };
  return { ...nodeFileSystem, open: open as FileSystem['open'] };
}

/** A file system on which a directory cannot even be opened. */
function unopened(code: string): FileSystem {
  const open = async (path: string, ...words: [string, number?]): Promise<FileHandle> => {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw refusal(code, 'open', path);
    return nodeFileSystem.open(path, ...words);
  };
  return { ...nodeFileSystem, open: open as FileSystem['open'] };
}

/** Two nights go well; each is warned of once. */
async function expectTwoNights(fileSystem: FileSystem, warning: RegExp): Promise<void> {
  for (const night of [1, 2]) {
    if (night === 2) account.nextDay();
    const summary = await account.run({}, { fileSystem });
    expect(summary.status).toBe('ok');
    expect(summary.warnings).toEqual([expect.stringMatching(warning)]);
    expect(summary.warnings[0]).toContain(dirname(account.out));
  }
  await expectTruth(account);
}

describe('a disk that has no file modes', () => {
  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])('is used all the same: %s', (code) =>
    expectTwoNights(refusing({ chmod: code }), new RegExp(`the mode of .* cannot be set \\(${code}\\)`)),
  );

  it.each(['EIO', 'EROFS', 'EACCES'])('but %s is an error', async (code) => {
    const failed = account.run({}, { fileSystem: refusing({ chmod: code }) });
    await expect(failed).rejects.toThrow(EtlError);
    await expect(failed).rejects.toThrow(code);
  });
});

describe('a disk that cannot sync a directory', () => {
  it.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EISDIR', 'EACCES', 'EBADF'])(
    'is used all the same: %s',
    (code) =>
      expectTwoNights(
        unsynced(code, 'directories'),
        new RegExp(`cannot be synced \\(${code}\\): a power cut may`),
      ),
  );

  it.each(['EISDIR', 'EACCES'])('is used where it cannot even be opened: %s', (code) =>
    expectTwoNights(unopened(code), new RegExp(`cannot be synced \\(${code}\\)`)),
  );

  it('but EIO is an error', async () => {
    await expect(account.run({}, { fileSystem: unsynced('EIO', 'directories') })).rejects.toThrow('EIO');
  });

  it.each(['EINVAL', 'EIO', 'EPERM'])('nor is a sync of a file forgiven: %s', async (code) => {
    const failed = account.run({}, { fileSystem: unsynced(code, 'files') });
    await expect(failed).rejects.toThrow(EtlError);
    await expect(failed).rejects.toThrow(code);
    expect(await readdir(account.out)).not.toContain('current');
  });
});

describe('a disk without symbolic links', () => {
  const statfs = async () => ({ bavail: 1, bsize: 1, type: 0x2011bab0 });

  it.each([
    ['symlink', 'EPERM'],
    ['symlink', 'ENOTSUP'],
    ['symlink', 'ENOSYS'],
    ['symlink', 'EINVAL'],
    ['rename', 'ENOTSUP'],
    ['readlink', 'EINVAL'],
  ] as const)('is refused before anything is asked: %s %s', async (name, code) => {
    // `current` is looked at by lstat, so a readlink that fails is that of the probe.
    const fileSystem = { ...refusing({ [name]: code }), statfs } as unknown as FileSystem;
    const refused = account.run({}, { fileSystem });
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(/its file system \(exFAT\) refuses symbolic links/);
    await expect(refused).rejects.toMatchObject({
      hint: expect.stringContaining('another file system with --out'),
    });
    expect(account.sandbox.requests.total).toBe(0);
    expect((await readdir(join(account.out, '.state'))).sort()).toEqual(['journal']);
  });

  it('is told by its number where nobody knows its name', async () => {
    const odd = async () => ({ bavail: 1, bsize: 1, type: 0x1234 });
    const fileSystem = { ...refusing({ symlink: 'EPERM' }), statfs: odd } as unknown as FileSystem;
    await expect(account.run({}, { fileSystem })).rejects.toThrow('(type 0x1234)');
  });

  it('and a full disk is no such disk', async () => {
    const failed = account.run({}, { fileSystem: refusing({ symlink: 'ENOSPC' }) });
    await expect(failed).rejects.toMatchObject({ exitCode: 1, hint: expect.stringContaining('Make room') });
    expect(account.sandbox.requests.total).toBe(0);
  });

  it.each(['EEXIST', 'ENOENT'])('nor is one on which another run tries the same: %s', async (code) => {
    const once = (path: string) => Promise.reject(refusal(code, 'rename', path));
    const rename = async (from: string, to: string) =>
      from.endsWith('probe.new') ? once(to) : nodeFileSystem.rename(from, to);
    const { status } = await account.run({}, { fileSystem: { ...nodeFileSystem, rename } as FileSystem });
    expect(status).toBe('ok');
  });

  it('leaves nothing of the trial behind', async () => {
    await account.run();
    expect((await readdir(join(account.out, '.state'))).filter((name) => name.startsWith('probe'))).toEqual(
      [],
    );
  });
});
