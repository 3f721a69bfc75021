import { join } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { fileSystemName } from '../file-system-name.ts';
import type { FileSystem } from '../files.ts';

/** What a file system says that has no symbolic links, or does not rename them. */
const REFUSED: readonly string[] = ['EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'];

/** Another run starts at the same moment and tries the same with the same names: the lock decides between the two. */
const SOMEBODY_ELSE: readonly string[] = ['EEXIST', 'ENOENT'];

/**
 * Does in `dir` what a publish ends with: one symbolic link renamed over another. Leaves nothing behind. Throws
 * ConfigurationError, with the name of the file system, where that is refused; any other error is thrown as it is.
 */
export async function proveSymbolicLinks(fileSystem: FileSystem, dir: string): Promise<void> {
  const link = join(dir, 'probe');
  const beside = `${link}.new`;
  const clear = () => Promise.all([link, beside].map((path) => fileSystem.rm(path, { force: true })));
  try {
    await clear();
    await fileSystem.symlink('before', link);
    await fileSystem.symlink('after', beside);
    await fileSystem.rename(beside, link);
    await fileSystem.readlink(link);
    await clear();
  } catch (cause) {
    // What is left after an error is removed by the next run; the error is what the operator has to know.
    await clear().catch(() => undefined);
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (SOMEBODY_ELSE.includes(code)) return;
    if (!REFUSED.includes(code)) throw cause;
    throw new ConfigurationError(
      `nothing can be published in ${dir}: its file system (${await nameOf(fileSystem, dir)}) refuses symbolic links: ${message}`,
      { cause, hint: 'Choose a directory on another file system with --out, and copy `current` from there.' },
    );
  }
}

async function nameOf(fileSystem: FileSystem, dir: string): Promise<string> {
  return fileSystem.statfs(dir).then(
    ({ type }) => fileSystemName(type),
    () => 'of unknown type',
  );
}
