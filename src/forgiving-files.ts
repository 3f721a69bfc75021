import type { FileHandle } from 'node:fs/promises';
import type { FileSystem } from './files.ts';

/** What CIFS and many FUSE file systems say to chmod. */
const NO_MODES: readonly string[] = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'];

/** What SMB and some FUSE file systems say when a directory is to be opened or synced. */
const NO_DIRECTORY_SYNC: readonly string[] = [
  ...['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'],
];

/**
 * A file system that goes on where another has no file modes, or cannot sync a directory: `warn` is told of each once,
 * with the path it was refused for and what that means. Every other error, and any refused sync of a file, is thrown.
 */
export function forgivingFiles(fileSystem: FileSystem, warn: (message: string) => void): FileSystem {
  const told = new Set<string>();
  const tell = (what: string, message: string) => {
    if (!told.has(what)) warn(message);
    told.add(what);
  };
  const tellModes = (path: unknown, code: string) =>
    tell(
      'modes',
      `the mode of ${path} cannot be set (${code}): who may read and write there is up to the disk`,
    );
  const tellSync = (path: unknown, code: string) =>
    tell('sync', `${path} cannot be synced (${code}): a power cut may lose the newest version or journal`);
  return {
    ...fileSystem,
    chmod: (path, mode) =>
      fileSystem.chmod(path, mode).catch(forgive(NO_MODES, (code) => tellModes(path, code))),
    async open(path, flags, mode) {
      const isDirectory = async () => flags === 'r' && (await fileSystem.stat(path)).isDirectory();
      const forgiveSync = forgive(NO_DIRECTORY_SYNC, (code) => tellSync(path, code), isDirectory);
      const handle = await fileSystem.open(path, flags, mode).catch(forgiveSync);
      return handle === undefined ? UNOPENED : flags === 'r' ? syncing(handle, forgiveSync) : handle;
    },
  };
}

type Forgive = (error: NodeJS.ErrnoException) => Promise<undefined>;

/** Tells of an error that is one of `codes`, if `applies`; throws any other. */
function forgive(
  codes: readonly string[],
  tell: (code: string) => void,
  applies: () => Promise<boolean> = async () => true,
): Forgive {
  return async (error) => {
    const { code = '' } = error;
    if (!codes.includes(code) || !(await applies().catch(() => false))) throw error;
    tell(code);
  };
}

/** The same handle, with a sync that may be forgiven. */
function syncing(handle: FileHandle, forgiveSync: Forgive): FileHandle {
  return new Proxy(handle, {
    get(target, key) {
      if (key === 'sync') return () => target.sync().catch(forgiveSync);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Stands in for a directory that cannot be opened: a directory is only ever opened to sync it. */
const UNOPENED = { sync: async () => undefined, close: async () => undefined } as FileHandle;
