import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { makeDirectory } from './make-directory.ts';
import { proveSymbolicLinks } from './prove-symbolic-links.ts';

/** The paths of an out directory (CONTRACT: Published layout). */
export interface OutDirectory {
  readonly root: string;
  /** Symbolic link to the published version. */
  readonly current: string;
  readonly versions: string;
  readonly state: string;
  readonly journals: string;
  readonly lock: string;
  readonly temporary: string;
  /** What was found damaged and moved out of the way. */
  readonly setAside: string;
}

/** The paths below `out`; touches nothing. */
export function outDirectory(out: string): OutDirectory {
  const root = resolve(out);
  const state = join(root, '.state');
  return {
    root,
    current: join(root, 'current'),
    versions: join(root, 'versions'),
    state,
    journals: join(state, 'journal'),
    lock: join(state, 'lock.duckdb'),
    temporary: join(state, 'tmp'),
    setAside: join(state, 'set-aside'),
  };
}

/**
 * Makes the directories of an out directory, `.state` for the owner only; their names are on the disk when it resolves,
 * as what is received is worth nothing below a directory that a power cut takes away. Throws ConfigurationError if
 * `out` is the root or the home directory, a file, or a directory that holds something else, if it cannot be made, or
 * if nothing could be published there for want of symbolic links.
 */
export async function prepareOutDirectory(fileSystem: FileSystem, out: OutDirectory): Promise<void> {
  await refuseForeign(fileSystem, out.root);
  for (const made of await makeDirectory(fileSystem, out.root)) await syncPath(fileSystem, dirname(made));
  // First of all, as it marks the directory as ours.
  await makeDirectory(fileSystem, out.state, 0o700);
  await fileSystem.chmod(out.state, 0o700);
  await makeDirectory(fileSystem, out.journals, 0o700);
  await makeDirectory(fileSystem, out.versions);
  await syncPath(fileSystem, out.state);
  await syncPath(fileSystem, out.root);
  if (await isMissing(fileSystem, out.current)) await proveSymbolicLinks(fileSystem, out.state);
}

async function isMissing(fileSystem: FileSystem, path: string): Promise<boolean> {
  return fileSystem.lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

/** Throws ConfigurationError if `root` is the root or the home directory, a file, or a directory of something else. */
export async function refuseForeign(fileSystem: FileSystem, root: string): Promise<void> {
  const hint = 'Choose a directory of its own with --out.';
  if (await isRootOrHome(fileSystem, root)) {
    throw new ConfigurationError(`${root} cannot be an out directory`, { hint });
  }
  const found = await fileSystem.stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigurationError(`${root} cannot be used: ${error.message}`, { cause: error, hint });
  });
  if (found === null) return;
  if (!found.isDirectory()) throw new ConfigurationError(`${root} is not a directory`, { hint });
  const names = await fileSystem.readdir(root);
  if (names.length > 0 && !names.includes('.state')) {
    throw new ConfigurationError(
      `${root} is not empty and no out directory of dmarc-etl (it has ${names[0]})`,
      { hint },
    );
  }
}

/** Also by another name: a symbolic link leads there as well. */
async function isRootOrHome(fileSystem: FileSystem, root: string): Promise<boolean> {
  const real = (path: string) => fileSystem.realpath(path).catch(() => resolve(path));
  const place = await real(root);
  return place === parse(place).root || place === (await real(homedir()));
}
