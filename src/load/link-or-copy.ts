import { constants } from 'node:fs';
import type { FileSystem } from '../files.ts';

/** What file systems say that have no hard links (exFAT, SMB, virtiofs, many FUSE ones), or no more of them for a file. */
const NO_HARD_LINKS: readonly string[] = [
  'EINVAL',
  'EMLINK',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EPERM',
  'EXDEV',
];

/** Puts the file `from` at `to` as well, and resolves to how. Throws what the file system throws. */
export type LinkOrCopy = (from: string, to: string) => Promise<'linked' | 'copied'>;

/**
 * A link is an economy: where the file system refuses one, the file is copied. `warn` is told of the first refusal;
 * `where` is the directory it names. Any other error of a link is an error.
 */
export function linkOrCopy(
  fileSystem: FileSystem,
  where: string,
  warn: (message: string) => void,
): LinkOrCopy {
  let isTold = false;
  return async (from, to) => {
    try {
      await fileSystem.link(from, to);
      return 'linked';
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!NO_HARD_LINKS.includes(code)) throw error;
      if (!isTold)
        warn(`the file system of ${where} refuses hard links (${code}): unchanged files are copied`);
      isTold = true;
      await fileSystem.copyFile(from, to, constants.COPYFILE_FICLONE);
      return 'copied';
    }
  };
}
