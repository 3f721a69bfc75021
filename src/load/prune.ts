import { basename } from 'node:path';
import type { FileSystem } from '../files.ts';
import { startedAtMs } from '../run-id.ts';
import type { OutDirectory } from './out-directory.ts';
import { currentVersionDir, listVersions } from './versions.ts';

const KEEP_AT_LEAST = 3;
const KEEP_AT_MOST = 10;
const KEEP_YOUNGER_THAN_MS = 48 * 3_600_000;

/**
 * Which versions (names, newest first) may go at `nowMs`: all but the newest 3 and those younger than 48 hours, and
 * everything past the 10th. The current one always stays, and one that is dated long after now is not young.
 */
export function versionsToPrune(names: readonly string[], current: string | null, nowMs: number): string[] {
  return names.filter((name, index) => {
    if (name === current || index < KEEP_AT_LEAST) return false;
    return index >= KEEP_AT_MOST || Math.abs(nowMs - startedAtMs(name)) > KEEP_YOUNGER_THAN_MS;
  });
}

/** Removes the versions that may go. Best effort after a publish: what cannot be removed is told to `warn`. */
export async function pruneVersions(
  fileSystem: FileSystem,
  out: OutDirectory,
  nowMs: number,
  warn: (message: string) => void,
): Promise<void> {
  try {
    const dirs = await listVersions(fileSystem, out);
    const current = await currentVersionDir(fileSystem, out);
    const prune = versionsToPrune(
      dirs.map((dir) => basename(dir)),
      current === null ? null : basename(current),
      nowMs,
    );
    for (const dir of dirs.filter((candidate) => prune.includes(basename(candidate)))) {
      await fileSystem.rm(dir, { recursive: true, force: true });
    }
  } catch (error) {
    warn(`old versions could not be removed: ${(error as Error).message}`);
  }
}
