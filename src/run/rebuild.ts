import { metaChecks } from '../contract/meta.ts';
import { READING_VERSION } from '../contract/table.ts';
import { DataError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import { listJournals } from '../journal/list.ts';
import { inRunOrder } from '../journal/order.ts';
import type { Database } from '../load/database.ts';
import { loadedRuns, loadJournal } from '../load/load-journal.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { readRetention, setRetention } from '../load/retention.ts';
import { openPublished } from '../load/verify.ts';
import { type BaseVersion, copyTables, startVersion } from '../load/versions.ts';
import type { DatabaseLimits } from '../options.ts';
import { stageJournal } from './stage-journal.ts';
import type { Transformer } from './transformer.ts';

export interface RebuildContext {
  readonly fileSystem: FileSystem;
  readonly transformer?: Transformer;
  readonly out: OutDirectory;
  readonly run_id: string;
  readonly limits: DatabaseLimits;
  /** ISO day of the run. */
  readonly today: string;
  readonly warn: (message: string) => void;
}

type Started = Awaited<ReturnType<typeof startVersion>>;

/**
 * Starts the next version from the published one: from a copy of its database or, where an older program read answers in
 * another way, from the journals that it was made from, without a request. Where these are not all there, or do not give
 * as many records, it is the copy, and `warn` says so: what stands in it keeps the form it has.
 */
export async function startFrom(context: RebuildContext, base: BaseVersion | null): Promise<Started> {
  const { fileSystem, out, run_id, limits, warn } = context;
  if (base !== null && base.manifest.reading_version < READING_VERSION) {
    try {
      return await rebuild(context, base);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      warn(
        `this version reads texts and verdicts in another way, and the dataset cannot be rebuilt from its journals (${error.message}): rows that are stored keep the form they have until they are read again`,
      );
    }
  }
  return startVersion(fileSystem, out, run_id, base, limits);
}

/** Throws DataError where the journals do not make the base again; then nothing is left behind. */
async function rebuild(context: RebuildContext, base: BaseVersion): Promise<Started> {
  const { fileSystem, out, run_id, limits } = context;
  const { runs, retainDays } = await readBase(base);
  const journals = (await listJournals(out.journals, fileSystem)).filter(({ run_id: id }) => runs.has(id));
  if (journals.length < runs.size)
    throw new DataError(`${runs.size - journals.length} of ${runs.size} are gone`);
  const started = await startVersion(fileSystem, out, run_id, null, limits);
  try {
    await setRetention(started.database, retainDays);
    for (const { path } of await inRunOrder(journals, runs, fileSystem))
      await load(context, started.database, path);
    await refuseFewer(started.database, base);
    await copyTables(started.database, base.dir, [metaChecks]);
    return started;
  } catch (error) {
    started.database.close();
    await fileSystem.rm(started.dir, { recursive: true, force: true });
    throw error;
  }
}

async function readBase({ dir }: BaseVersion) {
  const database = await openPublished(dir);
  try {
    return { runs: await loadedRuns(database), retainDays: await readRetention(database) };
  } finally {
    database.close();
  }
}

async function load(context: RebuildContext, database: Database, path: string): Promise<void> {
  const staged = await stageJournal(path, context);
  if (staged !== null) await loadJournal(database, staged, context.today);
}

async function refuseFewer(database: Database, { manifest }: BaseVersion): Promise<void> {
  const [row] = await database.rows('SELECT COUNT(*) AS records FROM report_records');
  const published = manifest.tables.report_records ?? 0;
  if (Number(row?.records) < published)
    throw new DataError(`they hold ${row?.records} records, ${published} are published`);
}
