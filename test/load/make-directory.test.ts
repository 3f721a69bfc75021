import { mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { makeDirectory } from '../../src/load/make-directory.ts';
import { refusal, refusing } from '../run/refusing-files.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-make-'));
});

/** Throws unless it ends with a sentence that names the directory that could not be made. */
async function expectRefused(path: string, culprit: string, why: string, fileSystem = nodeFileSystem) {
  const refused = makeDirectory(fileSystem, path);
  await expect(refused).rejects.toThrow(ConfigurationError);
  await expect(refused).rejects.toThrow(`the directory ${culprit} cannot be made: ${why}`);
}

describe('makeDirectory', () => {
  it('makes what is missing, with the mode, and tells what it made from the top down', async () => {
    const path = join(scratch, 'a', 'b', 'c');
    const all = [dirname(dirname(path)), dirname(path), path];
    expect(await makeDirectory(nodeFileSystem, path, 0o700)).toEqual(all);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await makeDirectory(nodeFileSystem, path)).toEqual([]);
  });

  it('ends where the nearest directory says that it has no such name', async () => {
    const deaf: FileSystem = {
      ...nodeFileSystem,
      mkdir: ((path: string) => Promise.reject(refusal('ENOENT', 'mkdir', path))) as FileSystem['mkdir'],
    };
    await expectRefused(join(scratch, 'x', 'y'), join(scratch, 'x'), 'ENOENT', deaf);
  });

  it.runIf(process.platform === 'linux')('ends below /proc and /sys, which nobody can write', async () => {
    await expectRefused('/proc/x', '/proc/x', 'ENOENT');
    await expectRefused('/proc/x/y/z', '/proc/x', 'ENOENT');
    await expect(makeDirectory(nodeFileSystem, '/sys/x/y')).rejects.toThrow(
      'the directory /sys/x cannot be made',
    );
  });

  it('names a file, or a link that leads nowhere, on the way', async () => {
    const [file, link] = [join(scratch, 'file'), join(scratch, 'link')];
    await writeFile(file, 'mine');
    await symlink('/nowhere/at/all', link);
    for (const below of [[], ['x'], ['x', 'y']]) {
      await expectRefused(join(file, ...below), file, 'EEXIST');
      await expectRefused(
        join(link, ...below),
        link,
        'it is a symbolic link to /nowhere/at/all, which is not there',
      );
    }
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EMLINK', 'EINVAL'])(
    'tells %s as a directory that cannot be made',
    (code) => expectRefused(join(scratch, 'no'), join(scratch, 'no'), code, refusing({ mkdir: code })),
  );

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM'])(
    'leaves %s to be told as trouble of the disk',
    async (code) => {
      const failed = makeDirectory(refusing({ mkdir: code }), join(scratch, 'no'));
      await expect(failed).rejects.toMatchObject({ code, name: 'Error' });
    },
  );

  it('is content with what another run made meanwhile', async () => {
    const path = join(scratch, 'race');
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      mkdir: (async (dir: string) => {
        await mkdir(dir);
        return mkdir(dir);
      }) as FileSystem['mkdir'],
    };
    expect(await makeDirectory(fileSystem, path)).toEqual([]);
    expect(await readdir(scratch)).toContain('race');
  });
});
