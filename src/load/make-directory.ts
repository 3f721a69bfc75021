import { dirname } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import type { FileSystem } from '../files.ts';

/** The disk or the machine is short of something: no fault of the path, and told by `asStorageError`. */
const SHORT: readonly string[] = ['EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC'];

/**
 * Makes a directory and those above it that are missing, and returns what it made, from the top down. Bounded by the
 * length of the path: Node's recursive mkdir never ends where the nearest directory answers ENOENT, as those of /proc
 * do. Throws ConfigurationError naming the directory that cannot be made, and the file system's error where the disk
 * or the machine is short of something.
 */
export async function makeDirectory(fileSystem: FileSystem, path: string, mode?: number): Promise<string[]> {
  const made: string[] = [];
  for (const dir of await missing(fileSystem, path)) {
    if (await makeOne(fileSystem, dir, mode)) made.push(dir);
  }
  return made;
}

/** The directories on the way to `path`, itself included, that are not there; from the top down. */
async function missing(fileSystem: FileSystem, path: string): Promise<string[]> {
  const found: string[] = [];
  for (let dir = path; !(await isDirectory(fileSystem, dir)); dir = dirname(dir)) {
    found.unshift(dir);
    if (dir === dirname(dir)) break;
  }
  return found;
}

async function isDirectory(fileSystem: FileSystem, path: string): Promise<boolean> {
  return fileSystem.stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** False if somebody else made it meanwhile. */
async function makeOne(fileSystem: FileSystem, dir: string, mode: number | undefined): Promise<boolean> {
  try {
    await fileSystem.mkdir(dir, { mode });
    return true;
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await isDirectory(fileSystem, dir))) return false;
    if (SHORT.includes(code)) throw cause;
    throw new ConfigurationError(
      `the directory ${dir} cannot be made: ${await reason(fileSystem, dir, message)}`,
      {
        cause,
        hint: 'Choose a directory that this user can make and write with --out.',
      },
    );
  }
}

async function reason(fileSystem: FileSystem, dir: string, message: string): Promise<string> {
  const target = await fileSystem.readlink(dir).catch(() => null);
  return target === null ? message : `it is a symbolic link to ${target}, which is not there`;
}
