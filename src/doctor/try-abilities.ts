import { join } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { forgivingFiles } from '../forgiving-files.ts';
import { linkOrCopy } from '../load/link-or-copy.ts';
import { proveSymbolicLinks } from '../load/prove-symbolic-links.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const ANOTHER_DISK = 'Choose a directory on a local POSIX file system with --out.';

/** What a run does without where the disk refuses it: it is tried by the run's own functions, which warn of it. */
interface Courtesy {
  readonly name: string;
  readonly able: string;
  readonly attempt: (
    fileSystem: FileSystem,
    dir: string,
    warn: (message: string) => void,
  ) => Promise<unknown>;
}

const COURTESIES: readonly Courtesy[] = [
  {
    name: 'hard links',
    able: 'unchanged files are linked',
    attempt: (fileSystem, dir, tell) =>
      linkOrCopy(fileSystem, dir, tell)(join(dir, 'file'), join(dir, 'linked')),
  },
  {
    name: 'file modes',
    able: 'what is published can be made read-only',
    attempt: (fileSystem, dir, tell) => forgivingFiles(fileSystem, tell).chmod(join(dir, 'file'), 0o600),
  },
  {
    name: 'dir sync',
    able: 'a power cut loses nothing that is published',
    attempt: (fileSystem, dir, tell) => syncPath(forgivingFiles(fileSystem, tell), dir),
  },
];

/** Tries out in `dir`, which holds a file of the name `file`, what a publish does there; one finding each. */
export async function tryAbilities(fileSystem: FileSystem, dir: string): Promise<Finding[]> {
  const findings = [await trySymbolicLinks(fileSystem, dir)];
  for (const courtesy of COURTESIES) findings.push(await tryOne(fileSystem, dir, courtesy));
  return findings;
}

async function trySymbolicLinks(fileSystem: FileSystem, dir: string): Promise<Finding> {
  try {
    await proveSymbolicLinks(fileSystem, dir);
    return ok('symlinks', '`current` can be swapped');
  } catch (error) {
    const hint = error instanceof ConfigurationError ? error.hint : undefined;
    return fail('symlinks', (error as Error).message, hint ?? ANOTHER_DISK);
  }
}

async function tryOne(
  fileSystem: FileSystem,
  dir: string,
  { name, able, attempt }: Courtesy,
): Promise<Finding> {
  const told: string[] = [];
  try {
    await attempt(fileSystem, dir, (message) => told.push(message));
  } catch (error) {
    return fail(name, (error as Error).message, ANOTHER_DISK);
  }
  const [message] = told;
  return message === undefined ? ok(name, able) : warn(name, message, ANOTHER_DISK);
}
