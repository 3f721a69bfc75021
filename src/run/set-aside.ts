import { basename, join } from 'node:path';
import type { FileSystem } from '../files.ts';
import type { OutDirectory } from '../load/out-directory.ts';

export interface SetAsideContext {
  readonly fileSystem: FileSystem;
  readonly out: OutDirectory;
  readonly warn: (message: string) => void;
}

/** Moves a file that cannot be used out of the way, keeps it, and tells of it in one line. */
export async function setAside(context: SetAsideContext, path: string, why: string): Promise<void> {
  const { fileSystem, out, warn } = context;
  await fileSystem.mkdir(out.setAside, { recursive: true, mode: 0o700 });
  const aside = join(out.setAside, basename(path));
  await fileSystem.rename(path, aside);
  warn(`${why}; it is set aside as ${aside}`);
}
