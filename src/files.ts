import fs from 'node:fs/promises';

/**
 * The seam for the file system: every state-changing call of ours goes through one of these functions, so that a
 * test can stop, fail or lose any of them. DuckDB writes its own files; what it writes is synced through here.
 */
export type FileSystem = Pick<
  typeof fs,
  | 'chmod'
  | 'copyFile'
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'stat'
  | 'statfs'
  | 'symlink'
  | 'unlink'
>;

/** The machine's own file system. */
export const nodeFileSystem: FileSystem = fs;

/** Flushes a file's bytes, or a directory's names, to the disk. Throws what the file system throws. */
export async function syncPath(fileSystem: FileSystem, path: string): Promise<void> {
  const handle = await fileSystem.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
