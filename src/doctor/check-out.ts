import { dirname, join } from 'node:path';
import { BusyError, ConfigurationError } from '../errors.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { takeLock } from '../load/lock.ts';
import { type OutDirectory, refuseForeign } from '../load/out-directory.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Magic numbers of file systems (statfs(2)) that locks or durability cannot be taken for granted on. */
const DOUBTFUL: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  16914839: '9P',
  1702057286: 'FUSE',
  16914836: 'tmpfs, which is empty after a restart',
};

/** A version is a copy of the database and new Parquet files: room for two of it, and something to work with. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;

const CHOOSE_ANOTHER = 'Choose a directory on a local POSIX file system with --out.';

/**
 * Rights, free space, and whether the file system renames, links and locks. `currentBytes` is the size of the published
 * version. A directory that is not there yet is not made. What is tried out is removed again.
 */
export async function checkOut(
  fileSystem: FileSystem,
  out: OutDirectory,
  currentBytes: number,
): Promise<Finding[]> {
  const foreign = await refuseForeign(fileSystem, out.root).then(() => null, foreignDirectory);
  if (foreign !== null) return [foreign];
  const place = await existing(fileSystem, out.state);
  const space = await checkSpace(fileSystem, place, currentBytes);
  const tried = await tryPublish(fileSystem, join(place, `.doctor-${process.pid}`), out.root);
  if (place !== out.state) return [...tried, ...space];
  return [...tried, ...space, await checkLock(fileSystem, out)];
}

function foreignDirectory(error: unknown): Finding {
  if (!(error instanceof ConfigurationError)) throw error;
  return fail('directory', error.message, error.hint ?? CHOOSE_ANOTHER);
}

/** The path, or the nearest directory above it that exists. */
async function existing(fileSystem: FileSystem, path: string): Promise<string> {
  for (let place = path; ; place = dirname(place)) {
    if (await fileSystem.stat(place).catch(() => null)) return place;
    if (place === dirname(place)) return place;
  }
}

async function checkSpace(fileSystem: FileSystem, place: string, currentBytes: number): Promise<Finding[]> {
  const { bavail, bsize, type } = await fileSystem.statfs(place);
  const free = bavail * bsize;
  const needed = 2 * currentBytes + LEAST_FREE_BYTES;
  const told = `${megabytes(free)} MB free; a run may need ${megabytes(needed)} MB`;
  const doubtful = DOUBTFUL[type];
  const findings = [
    free >= needed ? ok('space', told) : warn('space', told, 'Make room, or choose another disk.'),
  ];
  if (doubtful === undefined) return findings;
  const hint = 'Prefer a local disk for --out, and copy `current` from there.';
  return [...findings, warn('disk', `${place} is on ${doubtful}`, hint)];
}

const NOT_ALLOWED = ['EACCES', 'EPERM', 'EROFS'];

/** Does in `dir`, which is made and removed, what a publish does: links, and one symbolic link renamed over another. */
async function tryPublish(fileSystem: FileSystem, dir: string, root: string): Promise<Finding[]> {
  const writable = ok('directory', `${root} can be written`);
  try {
    await fileSystem.mkdir(dir);
    const handle = await fileSystem.open(join(dir, 'file'), 'wx');
    await handle.writeFile('x').finally(() => handle.close());
    await syncPath(fileSystem, join(dir, 'file'));
    await fileSystem.link(join(dir, 'file'), join(dir, 'linked'));
    await fileSystem.symlink('file', join(dir, 'current'));
    await fileSystem.symlink('linked', join(dir, 'current.new'));
    await fileSystem.rename(join(dir, 'current.new'), join(dir, 'current'));
    await syncPath(fileSystem, dir);
    return [writable, ok('file system', 'renames, links and syncs')];
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (NOT_ALLOWED.includes(code)) {
      const hint = 'Give it to the user that runs, or choose another with --out.';
      return [fail('directory', `${root} cannot be written by this user: ${message}`, hint)];
    }
    return [writable, fail('file system', `cannot do what a publish does: ${message}`, CHOOSE_ANOTHER)];
  } finally {
    await fileSystem.rm(dir, { recursive: true, force: true });
  }
}

async function checkLock(fileSystem: FileSystem, out: OutDirectory): Promise<Finding> {
  try {
    const lock = await takeLock(out.lock, fileSystem);
    lock.release();
    return ok('lock', 'free, and can be taken');
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof BusyError)
      return warn('lock', message, 'A run is under way; wait until it has ended.');
    return fail('lock', `cannot be taken: ${message}`, CHOOSE_ANOTHER);
  }
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1_000_000).toLocaleString('en-US');
}
