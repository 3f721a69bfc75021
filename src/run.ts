import { DataError } from './errors.ts';
import { parseBaseUrl } from './extract/base-url.ts';
import { loadJournal } from './load/load-journal.ts';
import { outDirectory } from './load/out-directory.ts';
import type { RunOptions } from './options.ts';
import { type Extracted, extractAccount } from './run/extract-account.ts';
import { openSession } from './run/open-session.ts';
import { discardVersion, publishVersion } from './run/publish-version.ts';
import { readAccount } from './run/read-account.ts';
import {
  keptDays,
  openContext,
  ownEffects,
  type RunContext,
  type RunEffects,
  runDay,
} from './run/run-context.ts';
import { stageJournal } from './run/stage-journal.ts';
import { withLock } from './run/with-lock.ts';
import { openWorkingVersion, type WorkingVersion } from './run/working-version.ts';
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
  const own = ownEffects(effects, warnings);
  const baseUrl = parseBaseUrl(options.apiUrl);
  return withLock(own.fileSystem, outDirectory(options.out), async () => {
    const session = await openSession(baseUrl, options, own);
    return runLocked(openContext(options, own, session))
      .then((summary) => ({ ...summary, warnings }))
      .finally(() => session.close());
  });
}

async function runLocked(context: RunContext): Promise<RunSummary> {
  context.tell({ type: 'stage', stage: 'open' });
  const version = await openWorkingVersion({
    ...context,
    api_origin: context.baseUrl.origin,
    limits: context.options.limits,
    ...keptDays(context),
    allowPurge: context.options.allowPurge,
    today: runDay(context),
  });
  try {
    context.tell({ type: 'stage', stage: 'extract' });
    const extracted = await extractAccount(context, version.database);
    if (extracted.footer.status === 'interrupted') {
      await discardVersion(context, version);
      return interrupted(context, extracted);
    }
    context.tell({ type: 'stage', stage: 'load' });
    await loadOwnJournal(context, version, extracted.journalPath);
    context.tell({ type: 'stage', stage: 'publish' });
    return await finish(context, version);
  } catch (error) {
    await discardVersion(context, version);
    throw error;
  }
}

async function loadOwnJournal(
  context: RunContext,
  { database }: WorkingVersion,
  path: string,
): Promise<void> {
  const journal = await stageJournal(path, context);
  if (journal === null) throw new DataError(`${path}: the journal of this run has no header`);
  await loadJournal(database, journal, runDay(context));
}

async function finish(context: RunContext, version: WorkingVersion): Promise<RunSummary> {
  const account = await readAccount(version.database, context.run_id);
  const { written, linked, manifest, failedChecks } = await publishVersion(
    {
      ...context,
      api_origin: context.baseUrl.origin,
      limits: context.options.limits,
      runDay: runDay(context),
      ...keptDays(context),
      checksDirectory: context.options.checksDirectory,
      acceptedChecks: context.options.acceptedChecks,
      thresholds: context.options.thresholds,
    },
    version,
  );
  return {
    ...account,
    out: context.out.root,
    version_dir: version.dir,
    rows: manifest.tables,
    files: { written, linked },
    failed_checks: failedChecks.map(({ name, severity, violations }) => ({ name, severity, violations })),
    warnings: [],
  };
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
    failed_checks: [],
    warnings: [],
  };
}
