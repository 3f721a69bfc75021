import { ConfigurationError, DataError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import { type JournalFile, listJournals } from '../journal/list.ts';
import { inRunOrder } from '../journal/order.ts';
import type { Database } from '../load/database.ts';
import { loadedRuns, loadJournal } from '../load/load-journal.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { refusePurge, setRetention } from '../load/retention.ts';
import { type BaseVersion, chooseBase, removeUnfinished } from '../load/versions.ts';
import type { DatabaseLimits } from '../options.ts';
import { startFrom } from './rebuild.ts';
import { setAside } from './set-aside.ts';
import { stageJournal } from './stage-journal.ts';
import type { Transformer } from './transformer.ts';

/** The version that a run works on: nobody reads it before it is published. */
export interface WorkingVersion {
  readonly dir: string;
  readonly database: Database;
  /** What it was made from; null for a new dataset. */
  readonly base: BaseVersion | null;
  /** False where so much would go by age that something must be wrong: then nothing does. */
  readonly mayPurge: boolean;
}

export interface WorkingVersionContext {
  readonly fileSystem: FileSystem;
  readonly transformer?: Transformer;
  readonly out: OutDirectory;
  readonly run_id: string;
  /** Scheme, host and port; null takes over whatever the dataset was made from. */
  readonly api_origin: string | null;
  readonly limits: DatabaseLimits;
  /** Whole days that the dataset keeps; null = all. */
  readonly retainDays: number | null;
  /** Whether nearly all records may go by age at once. */
  readonly allowPurge: boolean;
  /** ISO day of the run. */
  readonly today: string;
  readonly warn: (message: string) => void;
}

/**
 * Makes the next version from the published one and loads the journals it lacks: after this it knows all that was
 * ever received. Throws ConfigurationError if the dataset was made from another API origin; then nothing is left behind
 * but an unfinished version.
 */
export async function openWorkingVersion(context: WorkingVersionContext): Promise<WorkingVersion> {
  const { fileSystem, out, warn } = context;
  for (const name of await removeUnfinished(fileSystem, out))
    warn(`version ${name} was never completed and is removed`);
  const base = await chooseBase(fileSystem, out, warn);
  if (base !== null) refuseOtherOrigin(context, base.manifest.api_origin, `the dataset in ${out.root}`);
  const { dir, database } = await startFrom(context, base);
  try {
    const { retainDays: days, allowPurge, today } = context;
    const refusal = await refusePurge(database, { days, today, allowPurge });
    if (refusal !== null) warn(refusal);
    const mayPurge = refusal === null;
    await setRetention(database, mayPurge ? days : null);
    const loaded = await loadedRuns(database);
    const journals = await listJournals(out.journals, fileSystem);
    const missing = journals.filter(({ run_id }) => !loaded.has(run_id));
    for (const journal of await inRunOrder(missing, loaded, fileSystem))
      await loadOrSetAside(context, database, journal);
    return { dir, database, base, mayPurge };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A journal that is damaged or of an unknown format is set aside: what it received is asked for again. */
async function loadOrSetAside(
  context: WorkingVersionContext,
  database: Database,
  journal: JournalFile,
): Promise<void> {
  try {
    await load(context, database, journal);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    await setAside(context, journal.path, error.message);
  }
}

async function load(context: WorkingVersionContext, database: Database, journal: JournalFile): Promise<void> {
  const staged = await stageJournal(journal.path, context, ({ api_origin }) =>
    refuseOtherOrigin(context, api_origin, journal.path),
  );
  if (staged === null) {
    context.warn(`${journal.path} received nothing and is removed`);
    await context.fileSystem.rm(journal.path);
    return;
  }
  await loadJournal(database, staged, context.today);
}

function refuseOtherOrigin({ api_origin }: WorkingVersionContext, found: string, where: string): void {
  if (api_origin === null || found === api_origin) return;
  throw new ConfigurationError(`${where} was made from ${found}, this run asks ${api_origin}`, {
    hint: 'One out directory is one API and one account: choose another with --out.',
  });
}
