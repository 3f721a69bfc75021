import { compressJournal } from '../journal/compress.ts';
import { listJournals, listUnfinished } from '../journal/list.ts';
import { pruneVersions } from '../load/prune.ts';
import { startedAtMs } from '../run-id.ts';
import type { RunContext } from './run-context.ts';

const DAY_MS = 86_400_000;

/**
 * Clean-up after a publish: old versions go, journals that the published version contains are compressed and, if asked,
 * removed after their days. Best effort: it warns and never fails.
 */
export async function tidy(
  context: Pick<RunContext, 'fileSystem' | 'out' | 'clock' | 'warn'>,
  contained: ReadonlyMap<string, number>,
  keepJournalDays: number | null,
): Promise<void> {
  const { fileSystem, out, clock, warn } = context;
  await pruneVersions(fileSystem, out, clock.now(), warn);
  try {
    for (const path of await listUnfinished(out.journals, fileSystem)) await fileSystem.rm(path);
    for (const journal of await listJournals(out.journals, fileSystem)) {
      if (!contained.has(journal.run_id)) continue;
      const isOld =
        keepJournalDays !== null && dayOf(clock.now()) - dayOf(startedAtMs(journal.run_id)) > keepJournalDays;
      if (journal.plainLeft !== null) await fileSystem.rm(journal.plainLeft);
      if (isOld) await fileSystem.rm(journal.path);
      else if (!journal.isCompressed) await compressJournal(journal.path, fileSystem);
    }
  } catch (error) {
    warn(`journals could not be tidied: ${(error as Error).message}`);
  }
}

/** The UTC day of a time, as days since 1970-01-01. */
function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}
