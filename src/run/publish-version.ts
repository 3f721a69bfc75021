import type { Clock } from '../clock.ts';
import type { FileSystem } from '../files.ts';
import { updateCatalog } from '../load/catalog.ts';
import { type CheckResult, readChecks, runChecks } from '../load/checks.ts';
import { loadedRuns } from '../load/load-journal.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { type Published, publish } from '../load/publish.ts';
import { fillReferenceTables } from '../load/reference.ts';
import { removeOlder } from '../load/retention.ts';
import { currentVersionDir, nextSequence } from '../load/versions.ts';
import type { DatabaseLimits } from '../options.ts';
import { tidy } from './tidy.ts';
import type { WorkingVersion } from './working-version.ts';

export interface PublishVersionContext {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly out: OutDirectory;
  readonly warn: (message: string) => void;
  readonly giveBackHeap?: () => void;
  readonly run_id: string;
  readonly program_version: string;
  readonly api_origin: string;
  /** ISO day whose month always has a file. */
  readonly runDay: string;
  /** What DuckDB may use of the machine. */
  readonly limits: DatabaseLimits;
  /** Whole days that compressed journals are kept; null = for ever. */
  readonly keepJournalDays: number | null;
  /** Directory of the operator's own checks; null = none. */
  readonly checksDirectory: string | null;
  /** Checks that may fail. */
  readonly acceptedChecks: readonly string[];
  /** Thresholds of the views that are not their default, by name. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** What was published, and the checks that found something. */
export interface PublishedVersion extends Published {
  readonly failedChecks: readonly CheckResult[];
}

/**
 * Completes the database of a version that all journals are loaded into, checks it, publishes it, and tidies up behind
 * it, with all the memory that DuckDB may use. Closes the database. Throws what runChecks and publish throw; what was
 * published before is then untouched.
 */
export async function publishVersion(
  context: PublishVersionContext,
  { dir, database, base, mayPurge }: WorkingVersion,
): Promise<PublishedVersion> {
  context.giveBackHeap?.();
  await database.limit(context.limits);
  await removeOlder(database, context.runDay);
  await fillReferenceTables(database, context.thresholds);
  const catalog_hash = await updateCatalog(database, base?.manifest.catalog_hash ?? null);
  const checks = await readChecks(context.checksDirectory);
  const results = await runChecks(database, context.run_id, checks, context.acceptedChecks);
  const contained = await loadedRuns(database);
  const publishedAt = new Date(context.clock.now()).toISOString();
  const sequence = await nextSequence(context.fileSystem, context.out);
  const published = await publish(database, {
    ...{ ...context, versionDir: dir, base, publishedAt, sequence, catalog_hash },
  });
  await tidy(context, contained, mayPurge ? context.keepJournalDays : null);
  return { ...published, failedChecks: results.filter(({ passed }) => !passed) };
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
