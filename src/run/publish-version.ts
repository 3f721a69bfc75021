import type { Clock } from '../clock.ts';
import type { FileSystem } from '../files.ts';
import { commentTables } from '../load/ddl.ts';
import { loadedRuns } from '../load/load-journal.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { type Published, publish } from '../load/publish.ts';
import { fillReferenceTables } from '../load/reference.ts';
import { currentVersionDir } from '../load/versions.ts';
import { createViews } from '../load/views.ts';
import { tidy } from './tidy.ts';
import type { WorkingVersion } from './working-version.ts';

export interface PublishVersionContext {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly out: OutDirectory;
  readonly warn: (message: string) => void;
  readonly run_id: string;
  readonly program_version: string;
  readonly api_origin: string;
  /** ISO day whose month always has a file. */
  readonly runDay: string;
  /** Whole days that compressed journals are kept; null = for ever. */
  readonly keepJournalDays: number | null;
}

/**
 * Completes the database of a version that all journals are loaded into, publishes it, and tidies up behind it. Closes
 * the database. Throws what publish throws; what was published before is then untouched.
 */
export async function publishVersion(
  context: PublishVersionContext,
  { dir, database, base }: WorkingVersion,
): Promise<Published> {
  await fillReferenceTables(database);
  await createViews(database);
  await commentTables(database);
  const contained = await loadedRuns(database);
  const publishedAt = new Date(context.clock.now()).toISOString();
  const published = await publish(database, { ...context, versionDir: dir, base, publishedAt });
  await tidy(context, contained, context.keepJournalDays);
  return published;
}

/**
 * Gives up a version that is not published; the next run would remove it anyway. One that `current` points at already
 * stays: then only what came after the swap failed.
 */
export async function discardVersion(
  { fileSystem, out, warn }: Pick<PublishVersionContext, 'fileSystem' | 'out' | 'warn'>,
  { dir, database }: Pick<WorkingVersion, 'dir' | 'database'>,
): Promise<void> {
  database.close();
  const current = await currentVersionDir(fileSystem, out).catch(() => dir);
  if (current === dir) return;
  await fileSystem
    .rm(dir, { recursive: true, force: true })
    .catch((error: Error) => warn(`${dir} could not be removed: ${error.message}`));
}
