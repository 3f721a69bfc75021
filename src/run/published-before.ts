import type { FileSystem } from '../files.ts';
import { loadedRuns } from '../load/load-journal.ts';
import { readManifest } from '../load/manifest.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { readRetention } from '../load/retention.ts';
import { openPublished } from '../load/verify.ts';
import { chooseBase, currentVersionDir } from '../load/versions.ts';

/** What is published before a replay. */
export interface PublishedBefore {
  /** Null if nothing is. */
  readonly api_origin: string | null;
  readonly records: number;
  /** Runs whose journals it contains, with their position in the order in which they were loaded. */
  readonly runs: ReadonlyMap<string, number>;
  /** Whole days that it keeps; null = all. */
  readonly retainDays: number | null;
}

/**
 * Reads what `current` holds, or if it is damaged the newest version that is not; the manifest of a damaged one still
 * tells how many records it had. `warn` is told of every damaged version.
 */
export async function readPublished(
  fileSystem: FileSystem,
  out: OutDirectory,
  warn: (message: string) => void,
): Promise<PublishedBefore> {
  const base = await chooseBase(fileSystem, out, warn);
  const current = await currentVersionDir(fileSystem, out);
  const told = current === null ? null : await readManifest(fileSystem, current).catch(() => null);
  return {
    api_origin: base?.manifest.api_origin ?? told?.api_origin ?? null,
    records: (told ?? base?.manifest)?.tables.report_records ?? 0,
    ...(base === null ? { runs: new Map(), retainDays: null } : await readDatabase(base.dir)),
  };
}

async function readDatabase(versionDir: string): Promise<Pick<PublishedBefore, 'runs' | 'retainDays'>> {
  const database = await openPublished(versionDir);
  try {
    return { runs: await loadedRuns(database), retainDays: await readRetention(database) };
  } finally {
    database.close();
  }
}
