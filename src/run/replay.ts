import { CheckError, ConfigurationError } from '../errors.ts';
import type { JournalHeader } from '../journal/line.ts';
import { listJournals } from '../journal/list.ts';
import { inRunOrder } from '../journal/order.ts';
import type { Database } from '../load/database.ts';
import { loadJournal } from '../load/load-journal.ts';
import { type OutDirectory, outDirectory } from '../load/out-directory.ts';
import { removeOlder, setRetention } from '../load/retention.ts';
import { removeUnfinished, startVersion } from '../load/versions.ts';
import type { DatabaseLimits } from '../options.ts';
import type { ReplaySummary } from '../replay-summary.ts';
import { newRunId } from '../run-id.ts';
import { discardVersion, publishVersion } from './publish-version.ts';
import { type PublishedBefore, readPublished } from './published-before.ts';
import { ownEffects, type RunEffects } from './run-context.ts';
import { stageJournal } from './stage-journal.ts';
import { withLock } from './with-lock.ts';
import type { WorkingVersion } from './working-version.ts';

export interface ReplayOptions {
  /** Out directory. */
  readonly out: string;
  /** Whether fewer records may be published than are now. */
  readonly allowShrink: boolean;
  /** What DuckDB may use of the machine. */
  readonly limits: DatabaseLimits;
  /** Directory of the operator's own checks; null = none. */
  readonly checksDirectory: string | null;
  /** Checks that may fail. */
  readonly acceptedChecks: readonly string[];
  /** Thresholds of the views that are not their default, by name. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

export type ReplayEffects = Omit<RunEffects, 'signal' | 'random'>;

interface ReplayContext extends ReplayOptions, ReplayEffects {
  readonly run_id: string;
  readonly directory: OutDirectory;
}

/**
 * Rebuilds the dataset of an out directory from its journals alone, into a new database, and publishes it: no request,
 * no token, and no journal of its own. Throws BusyError if a run holds the lock, ConfigurationError if there are no
 * journals or they are not all of one API, DataError for a damaged one, CheckError if fewer records would be published
 * than are now, and PublishError; what was published before is then untouched.
 */
export async function replay(options: ReplayOptions, effects: ReplayEffects): Promise<ReplaySummary> {
  const warnings: string[] = [];
  const own = ownEffects(effects, warnings);
  const directory = outDirectory(options.out);
  const context = { ...options, ...own, directory, run_id: newRunId(own.clock.now()) };
  await refuseWithoutJournals(context);
  return withLock(context.fileSystem, directory, async () => ({
    ...(await replayLocked(context)),
    warnings,
  }));
}

async function refuseWithoutJournals({ fileSystem, directory }: ReplayContext): Promise<void> {
  if ((await listJournals(directory.journals, fileSystem)).length > 0) return;
  throw new ConfigurationError(`there are no journals in ${directory.journals}`, {
    hint: 'Name the directory of the dataset with --out, or bring its journals back from a backup.',
  });
}

async function replayLocked(context: ReplayContext): Promise<ReplaySummary> {
  const { fileSystem, directory, run_id, tell, warn } = context;
  tell({ type: 'stage', stage: 'open' });
  for (const name of await removeUnfinished(fileSystem, directory))
    warn(`version ${name} was never completed and is removed`);
  const before = await readPublished(fileSystem, directory, warn);
  const version = {
    ...(await startVersion(fileSystem, directory, run_id, null, context.limits)),
    base: null,
    mayPurge: true,
  };
  try {
    tell({ type: 'stage', stage: 'load' });
    await setRetention(version.database, before.retainDays);
    const headers = await loadJournals(context, version.database, before);
    const missing = tellMissing(context, before, headers);
    await removeOlder(version.database, lastDay(context, headers));
    await refuseToShrink(context, version.database, before.records);
    tell({ type: 'stage', stage: 'publish' });
    return await publishReplayed(context, version, headers, missing);
  } catch (error) {
    await discardVersion({ ...context, out: directory }, version);
    throw error;
  }
}

async function publishReplayed(
  context: ReplayContext,
  version: WorkingVersion,
  headers: readonly JournalHeader[],
  missing: readonly string[],
): Promise<ReplaySummary> {
  const { directory, run_id } = context;
  const { first_day, last_day, api_origin } = spanOf(headers);
  const { manifest, written, linked, failedChecks } = await publishVersion(
    {
      ...{ ...context, out: directory, api_origin, keepJournalDays: null },
      runDay: lastDay(context, headers),
      thresholds: context.thresholds ?? {},
    },
    version,
  );
  return {
    ...{ run_id, out: directory.root, version_dir: version.dir, first_day, last_day },
    journals: headers.length,
    runs_without_journal: missing,
    rows: manifest.tables,
    files: { written, linked },
    failed_checks: failedChecks.map(({ name, severity, violations }) => ({ name, severity, violations })),
    warnings: [],
  };
}

/** Loads all journals in the order of their runs; returns their headers. */
async function loadJournals(
  context: ReplayContext,
  database: Database,
  { api_origin, runs }: PublishedBefore,
): Promise<readonly JournalHeader[]> {
  const { fileSystem, directory, warn } = context;
  const headers: JournalHeader[] = [];
  const journals = await listJournals(directory.journals, fileSystem);
  for (const { path } of await inRunOrder(journals, runs, fileSystem)) {
    const staged = await stageJournal(path, context, (header) =>
      refuseOtherOrigin(header, api_origin ?? headers[0]?.api_origin, path),
    );
    if (staged === null) {
      warn(`${path} received nothing`);
      continue;
    }
    await loadJournal(database, staged, today(context));
    headers.push(staged.header);
  }
  return headers;
}

function refuseOtherOrigin({ api_origin }: JournalHeader, expected: string | undefined, path: string): void {
  if (expected === undefined || api_origin === expected) return;
  throw new ConfigurationError(
    `${path} was made from ${api_origin}, the rest of the dataset from ${expected}`,
    {
      hint: 'One out directory is one API and one account: move the journals of the other one away.',
    },
  );
}

/** Runs that are published and have no journal: what only they received is not in the new version. */
function tellMissing(
  { warn }: ReplayContext,
  { runs }: PublishedBefore,
  headers: readonly JournalHeader[],
): readonly string[] {
  const present = new Set(headers.map(({ run_id }) => run_id));
  const missing = [...runs.keys()].filter((run_id) => !present.has(run_id)).sort();
  if (missing.length === 0) return missing;
  const span = missing.length === 1 ? missing[0] : `${missing[0]} to ${missing.at(-1)}`;
  warn(
    `no journal is left of ${missing.length} published runs (${span}): what only they received is not replayed`,
  );
  return missing;
}

async function refuseToShrink(
  { allowShrink }: ReplayContext,
  database: Database,
  publishedRecords: number,
): Promise<void> {
  const [row] = await database.rows('SELECT COUNT(*) AS records FROM report_records');
  const records = Number(row?.records);
  if (allowShrink || records >= publishedRecords) return;
  throw new CheckError(
    `the journals hold ${records} records, but ${publishedRecords} are published; nothing was changed`,
    { hint: 'Bring the missing journals back, or say --allow-shrink to publish what there is.' },
  );
}

/** By our own clock: no API is asked. */
function today({ clock }: ReplayContext): string {
  return new Date(clock.now()).toISOString().slice(0, 10);
}

/** The day of the newest run, but none that is still to come: days are counted back from it to what is too old. */
function lastDay(context: ReplayContext, headers: readonly JournalHeader[]): string {
  const [earlier = ''] = [spanOf(headers).last_day, today(context)].sort();
  return earlier;
}

/** The days and the API of journals in the order of their runs. */
function spanOf(headers: readonly JournalHeader[]) {
  const [first, last] = [headers[0], headers.at(-1)];
  if (first === undefined || last === undefined) throw new ConfigurationError('no journal holds anything');
  const dayOf = ({ started_at }: JournalHeader) => started_at.slice(0, 10);
  return { first_day: dayOf(first), last_day: dayOf(last), api_origin: first.api_origin };
}
