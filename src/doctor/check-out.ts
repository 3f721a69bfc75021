import { dirname, join } from 'node:path';
import { BusyError, ConfigurationError } from '../errors.ts';
import { fileSystemName } from '../file-system-name.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { takeLock } from '../load/lock.ts';
import { type OutDirectory, refuseForeign } from '../load/out-directory.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { tryAbilities } from './try-abilities.ts';

/** File systems that locks or durability cannot be taken for granted on. */
const DOUBTFUL: readonly string[] = ['NFS', 'CIFS', 'SMB', '9P', 'FUSE or virtiofs'];

/** A version is a copy of the database and new Parquet files: room for two of it, and something to work with. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;

const CHOOSE_ANOTHER = 'Choose a directory on a local POSIX file system with --out.';

/**
 * Rights, free space, and whether the file system does what a run does: rename, link, sync and lock. `currentBytes` is the size of the published
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
  const tried = await tryOut(fileSystem, join(place, `.doctor-${process.pid}`), out.root);
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
  const name = fileSystemName(type);
  const findings = [
    free >= needed ? ok('space', told) : warn('space', told, 'Make room, or choose another disk.'),
  ];
  const hint = 'Prefer a local disk for --out, and copy `current` from there.';
  if (DOUBTFUL.includes(name)) return [...findings, warn('disk', `${place} is on ${name}`, hint)];
  if (name !== 'tmpfs') return findings;
  return [...findings, warn('disk', `${place} is on tmpfs, which is empty after a restart`, hint)];
}

/** Makes `dir` with a file in it, tries out there what a run does, and removes it. */
async function tryOut(fileSystem: FileSystem, dir: string, root: string): Promise<Finding[]> {
  try {
    await fileSystem.mkdir(dir);
    const handle = await fileSystem.open(join(dir, 'file'), 'wx');
    await handle.writeFile('x').finally(() => handle.close());
    await syncPath(fileSystem, join(dir, 'file'));
    return [ok('directory', `${root} can be written`), ...(await tryAbilities(fileSystem, dir))];
  } catch (error) {
    const hint = 'Give it to the user that runs, or choose another with --out.';
    return [fail('directory', `${root} cannot be written by this user: ${(error as Error).message}`, hint)];
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
