import type { FileSystem } from '../files.ts';
import { takeLock } from '../load/lock.ts';
import { type OutDirectory, prepareOutDirectory } from '../load/out-directory.ts';
import { asStorageError } from '../storage-error.ts';

/**
 * Does `work` in an out directory as the only one that writes there. Throws BusyError if another run holds the lock,
 * ConfigurationError if the directory cannot be one of ours, DataError for what the file system or DuckDB's files
 * refuse, and what `work` throws.
 */
export async function withLock<T>(
  fileSystem: FileSystem,
  out: OutDirectory,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await prepareOutDirectory(fileSystem, out);
    const lock = await takeLock(out.lock, fileSystem);
    return await work().finally(() => lock.release());
  } catch (error) {
    throw asStorageError(error, 'run', out.root);
  }
}
