import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { Account } from './night.ts';
import { expectTruth } from './same-truth.ts';

test('a journal that the disk does not give stays where it is: the run ends, and the next one loads it', async () => {
  const account = await Account.open({ monitors: 1, ips: 3, days: 4, seed: 12, today: '2025-11-05' });
  try {
    const stop = new AbortController();
    const tell = ({ type }: { readonly type: string }) => {
      if (type === 'page') stop.abort(new Error('stopped'));
    };
    expect((await account.run({}, { signal: stop.signal, tell })).status).toBe('interrupted');
    const journals = join(account.out, '.state', 'journal');
    const left = await readdir(journals);
    expect(left).toHaveLength(1);
    await expect(account.run({}, { fileSystem: withoutReading(left[0] ?? '') })).rejects.toThrow(DataError);
    expect(await readdir(journals)).toEqual(left);
    await account.run();
    await expectTruth(account);
  } finally {
    await account.close();
  }
});

/** A file system that cannot open a file of this name. */
function withoutReading(name: string): FileSystem {
  const broken = Object.assign(new Error('EIO: i/o error, open'), { code: 'EIO', syscall: 'open' });
  const open: FileSystem['open'] = (path, ...words) =>
    String(path).endsWith(name) ? Promise.reject(broken) : nodeFileSystem.open(path, ...words);
  return { ...nodeFileSystem, open };
}
