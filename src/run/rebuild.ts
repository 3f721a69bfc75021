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
  const { fileSystem, out, run_id, limits } = context;
  if (base === null || base.manifest.reading_version >= READING_VERSION)
    return startVersion(fileSystem, out, run_id, base, limits);
  const failure = await whyNoRebuild(context, base);
  if (failure === null) {
    const rebuilt = await rebuild(context, base);
    if ('database' in rebuilt) return rebuilt;
    return copy(context, base, rebuilt.failure);
  }
  return copy(context, base, failure);
}

function copy(
  { fileSystem, out, run_id, limits, warn }: RebuildContext,
  base: BaseVersion,
  failure: string,
): Promise<Started> {
  warn(
    `this version reads texts and verdicts in another way, and the dataset cannot be rebuilt from its journals (${failure}): rows that are stored keep the form they have until they are read again`,
  );
  return startVersion(fileSystem, out, run_id, base, limits);
}

async function whyNoRebuild({ fileSystem, out }: RebuildContext, base: BaseVersion) {
  const { runs } = await readBase(base);
  const present = new Set((await listJournals(out.journals, fileSystem)).map(({ run_id }) => run_id));
  const missing = [...runs.keys()].filter((run_id) => !present.has(run_id)).length;
  return missing === 0 ? null : `${missing} of ${runs.size} are gone`;
}

async function readBase({ dir }: BaseVersion) {
  const database = await openPublished(dir);
  try {
    return { runs: await loadedRuns(database), retainDays: await readRetention(database) };
  } finally {
    database.close();
  }
}

async function rebuild(
  context: RebuildContext,
  base: BaseVersion,
): Promise<Started | { readonly failure: string }> {
  const { fileSystem, out, run_id, limits } = context;
  const started = await startVersion(fileSystem, out, run_id, null, limits);
  try {
    await loadAll(context, started.database, base);
    await copyTables(started.database, base.dir, [metaChecks]);
    return started;
  } catch (error) {
    started.database.close();
    await fileSystem.rm(started.dir, { recursive: true, force: true });
    if (error instanceof DataError) return { failure: error.message };
    throw error;
  }
}

/** Loads the journals that the base contains. Throws DataError if one is damaged, or they hold fewer records than it. */
async function loadAll(context: RebuildContext, database: Database, base: BaseVersion): Promise<void> {
  const { fileSystem, out, today } = context;
  const { runs, retainDays } = await readBase(base);
  await setRetention(database, retainDays);
  const contained = (await listJournals(out.journals, fileSystem)).filter(({ run_id }) => runs.has(run_id));
  for (const { path } of await inRunOrder(contained, runs, fileSystem)) {
    const staged = await stageJournal(path, context);
    if (staged !== null) await loadJournal(database, staged, today);
  }
  const [row] = await database.rows('SELECT COUNT(*) AS records FROM report_records');
  const published = base.manifest.tables.report_records ?? 0;
  if (Number(row?.records) < published)
    throw new DataError(`they hold ${row?.records} records, ${published} are published`);
}
