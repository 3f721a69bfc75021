import { join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../files.ts';

/** A journal in the journals' directory. */
export interface JournalFile {
  readonly run_id: string;
  readonly path: string;
  readonly isCompressed: boolean;
  /** The plain form of a compressed journal, where compressing was interrupted before it was removed. */
  readonly plainLeft: string | null;
}

const JOURNAL_NAME = /^(\d{8}T\d{6}Z-[0-9a-f]{4})\.jsonl(\.gz)?$/;

/**
 * The journals in a directory in the order their runs started, each once: where compressing was interrupted and both
 * forms are there, the compressed one, which is complete. A directory that does not exist holds none.
 */
export async function listJournals(
  directory: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<JournalFile[]> {
  const found = new Map<string, JournalFile>();
  for (const name of (await namesIn(directory, fileSystem)).sort()) {
    const [, run_id, suffix] = JOURNAL_NAME.exec(name) ?? [];
    if (run_id === undefined) continue;
    const path = join(directory, name);
    const plainLeft = found.get(run_id)?.path ?? null;
    found.set(run_id, { run_id, path, isCompressed: suffix !== undefined, plainLeft });
  }
  return [...found.values()].sort((a, b) => (a.run_id < b.run_id ? -1 : 1));
}

/** Compressed journals that were never completed. */
export async function listUnfinished(
  directory: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<string[]> {
  const names = await namesIn(directory, fileSystem);
  return names.filter((name) => name.endsWith('.jsonl.gz.tmp')).map((name) => join(directory, name));
}

async function namesIn(directory: string, fileSystem: FileSystem): Promise<string[]> {
  try {
    return await fileSystem.readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
