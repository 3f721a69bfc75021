import { DataError } from './errors.ts';
import { parseBaseUrl } from './extract/base-url.ts';
import { commentTables } from './load/ddl.ts';
import { loadedRuns, loadJournal } from './load/load-journal.ts';
import { takeLock } from './load/lock.ts';
import { outDirectory, prepareOutDirectory } from './load/out-directory.ts';
import { publish } from './load/publish.ts';
import { fillReferenceTables } from './load/reference.ts';
import { currentVersionDir } from './load/versions.ts';
import { createViews } from './load/views.ts';
import type { RunOptions } from './options.ts';
import { type Extracted, extractAccount } from './run/extract-account.ts';
import { readAccount } from './run/read-account.ts';
import { type RunContext, type RunEffects, runDay } from './run/run-context.ts';
import { stageJournal } from './run/stage-journal.ts';
import { tidy } from './run/tidy.ts';
import { openWorkingVersion, type WorkingVersion } from './run/working-version.ts';
import { newRunId } from './run-id.ts';
import type { RunSummary } from './run-summary.ts';

/**
 * Exports the account into the out directory: one run, from the lock to the published version (DESIGN: Crash-only).
 *
 * Resolves also for a partial run, which publishes what is complete, and for one that a signal ended, which publishes
 * nothing: its journal stays and the next run loads it. Throws BusyError if another run holds the lock,
 * ConfigurationError, AuthenticationError, ApiError, DataError, CheckError and PublishError; what was published before
 * is then untouched, and what was received is in the journals.
 */
export async function run(options: RunOptions, effects: RunEffects): Promise<RunSummary> {
  const warnings: string[] = [];
  const context = openContext(options, effects, warnings);
  await prepareOutDirectory(context.fileSystem, context.out);
  const lock = await takeLock(context.out.lock);
  try {
    return { ...(await runLocked(context)), warnings };
  } finally {
    lock.release();
  }
}

function openContext(options: RunOptions, effects: RunEffects, warnings: string[]): RunContext {
  const nowMs = effects.clock.now();
  const warn = (message: string) => {
    warnings.push(message);
    effects.warn(message);
  };
  return {
    ...effects,
    warn,
    options,
    run_id: newRunId(nowMs),
    started_at: new Date(nowMs).toISOString(),
    out: outDirectory(options.out),
    baseUrl: parseBaseUrl(options.apiUrl),
  };
}

async function runLocked(context: RunContext): Promise<RunSummary> {
  context.tell({ type: 'stage', stage: 'open' });
  const version = await openWorkingVersion({
    ...context,
    api_origin: context.baseUrl.origin,
    memoryLimit: context.options.memoryLimit,
  });
  try {
    context.tell({ type: 'stage', stage: 'extract' });
    const extracted = await extractAccount(context, version.database);
    if (extracted.footer.status === 'interrupted') {
      await discard(context, version);
      return interrupted(context, extracted);
    }
    context.tell({ type: 'stage', stage: 'load' });
    await loadOwnJournal(context, version, extracted.journalPath);
    context.tell({ type: 'stage', stage: 'publish' });
    return await finish(context, version);
  } catch (error) {
    await discard(context, version);
    throw error;
  }
}

async function loadOwnJournal(
  context: RunContext,
  { database }: WorkingVersion,
  path: string,
): Promise<void> {
  const journal = await stageJournal(path, context.warn);
  if (journal === null) throw new DataError(`${path}: the journal of this run has no header`);
  await loadJournal(database, journal);
}

/** Completes the database, publishes the version, and tidies up behind it. */
async function finish(context: RunContext, { dir, database, base }: WorkingVersion): Promise<RunSummary> {
  const { out, run_id, clock, options } = context;
  await fillReferenceTables(database);
  await createViews(database);
  await commentTables(database);
  const account = await readAccount(database, run_id);
  const contained = await loadedRuns(database);
  const published = await publish(database, {
    ...context,
    versionDir: dir,
    base,
    api_origin: context.baseUrl.origin,
    runDay: runDay(context),
    publishedAt: new Date(clock.now()).toISOString(),
  });
  await tidy(context, contained, options.keepJournalDays);
  const { written, linked, manifest } = published;
  return {
    ...account,
    out: out.root,
    version_dir: dir,
    rows: manifest.tables,
    files: { written, linked },
    warnings: [],
  };
}

/**
 * Gives up a version that is not published; the next run would remove it anyway. One that `current` points at already
 * stays: then only what came after the swap failed.
 */
async function discard(
  { fileSystem, out, warn }: RunContext,
  { dir, database }: WorkingVersion,
): Promise<void> {
  database.close();
  const current = await currentVersionDir(fileSystem, out).catch(() => dir);
  if (current === dir) return;
  await fileSystem
    .rm(dir, { recursive: true, force: true })
    .catch((error: Error) => warn(`${dir} could not be removed: ${error.message}`));
}

/** The summary of a run that a signal ended: nothing is loaded or published, all is in the journal. */
function interrupted(context: RunContext, { footer, quota_before }: Extracted): RunSummary {
  return {
    ...footer,
    run_id: context.run_id,
    started_at: context.started_at,
    as_of_date: null,
    out: context.out.root,
    version_dir: null,
    quota_before,
    items: { inserted: 0, changed: 0, identical: 0, superseded: 0, set_aside: 0, quarantined: 0 },
    rows: {},
    files: { written: 0, linked: 0 },
    warnings: [],
  };
}
