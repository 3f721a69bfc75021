import type { RecordBatch } from 'apache-arrow';
import { aggregatedReports } from '../contract/aggregated-reports.ts';
import { authResults } from '../contract/auth-results.ts';
import { dmarcPolicies } from '../contract/dmarc-policies.ts';
import { monitors } from '../contract/monitors.ts';
import { reportRecords } from '../contract/report-records.ts';
import { reportSources } from '../contract/report-sources.ts';
import { STAGED, type StagedName } from '../contract/staging.ts';
import { DataError } from '../errors.ts';
import type { JournalHeader } from '../journal/line.ts';
import type { Database } from './database.ts';
import { createStaged, stagedName } from './ddl.ts';
import { correctLaterTimes } from './merge/clock.ts';
import { findWithdrawn, updateCoverage } from './merge/coverage.ts';
import { mergeFindings } from './merge/findings.ts';
import {
  findCompleteListings,
  mergeAggregatedReports,
  mergeReportSources,
  recordSnapshots,
} from './merge/listings.ts';
import { updateMonitorState } from './merge/monitor-state.ts';
import { findReplacedMonitors, mergeMonitors } from './merge/monitors.ts';
import { createReceived, receivedName } from './merge/received.ts';
import { mergeReportRecords } from './merge/report-records.ts';
import { accountItems, type JournalAccount, type RunItems, recordRun } from './merge/runs.ts';
import type { ItemCounts } from './merge/settle.ts';
import { firstDayKept } from './retention.ts';

/** A journal on its way into the database: its header, and its attempts as staged batches. */
export interface StagedJournal {
  readonly header: JournalHeader;
  readonly batches: AsyncIterable<ReadonlyMap<StagedName, RecordBatch>>;
  /** What the journal says at its end; called when `batches` is exhausted. */
  account(): JournalAccount;
  /** Closes what `batches` would read; nothing if they were read. */
  close(): Promise<void>;
}

/**
 * Merges a journal into the database in one transaction; what became of its items is returned, null if the database
 * contains the journal already. `today` is the ISO day of the run that loads it: no day is too old to keep as of a later
 * one. Throws what reading the journal throws, DuckDB's errors, and CheckError if an item is
 * not accounted for; the database is then as it was.
 */
export async function loadJournal(
  database: Database,
  journal: StagedJournal,
  today: string,
): Promise<RunItems | null> {
  try {
    if ((await loadedRuns(database)).has(journal.header.run_id)) return null;
    await stage(database, journal);
  } finally {
    await journal.close();
  }
  await refuseRepeatedNumbers(database, journal.header);
  const items = await database.transaction(() => merge(database, journal.account(), today));
  await dropTemporaryTables(database);
  return items;
}

/** The tables that answers are merged into. */
const RECEIVED = [monitors, dmarcPolicies, aggregatedReports, reportRecords, authResults, reportSources];

/** The runs whose journals the database contains, with their position in the order in which it loaded them, from 1. */
export async function loadedRuns(database: Database): Promise<Map<string, number>> {
  const rows = await database.rows('SELECT run_id FROM meta_journals ORDER BY rowid');
  return new Map(rows.map((row, index) => [String(row.run_id), index + 1]));
}

async function stage(database: Database, journal: StagedJournal): Promise<void> {
  for (const table of Object.values(STAGED)) await createStaged(database, table);
  for (const table of RECEIVED) await createReceived(database, table);
  try {
    for await (const batches of journal.batches) {
      for (const [name, batch] of batches) await database.append(stagedName(name), batch);
    }
  } catch (error) {
    // What was appended so far is of no use; the first error is the one to tell.
    await database.flush().catch(() => undefined);
    throw error;
  }
  await database.flush();
}

/** The number of an attempt says which answer a row is from. Throws DataError if two attempts have the same. */
async function refuseRepeatedNumbers(database: Database, { run_id }: JournalHeader): Promise<void> {
  const [repeated] = await database.rows(
    'SELECT _seq FROM staged_attempts GROUP BY _seq HAVING COUNT(*) > 1 ORDER BY _seq LIMIT 1',
  );
  if (repeated === undefined) return;
  throw new DataError(`the journal of run ${run_id} has two attempts with number ${repeated._seq}`);
}

async function merge(database: Database, account: JournalAccount, today: string): Promise<RunItems> {
  const { run_id, started_at } = account.header;
  const day = started_at.slice(0, 10);
  await correctLaterTimes(database, account.header);
  await findCompleteListings(database);
  const counts: Record<string, ItemCounts> = {
    monitors: await mergeMonitors(database, day),
    aggregated_reports: await mergeAggregatedReports(database, day),
    report_records: await mergeReportRecords(
      database,
      await firstDayKept(database, day < today ? day : today),
    ),
    report_sources: await mergeReportSources(database, day),
  };
  await mergeFindings(database);
  await updateMonitorState(database, run_id);
  await findWithdrawn(database);
  await recordSnapshots(database, day);
  await updateCoverage(database, run_id, day);
  await findReplacedMonitors(database, day);
  const items = await accountItems(database, run_id, counts);
  await recordRun(database, account, items);
  return items;
}

async function dropTemporaryTables(database: Database): Promise<void> {
  for (const table of RECEIVED) await database.run(`DROP VIEW temp.${receivedName(table)}`);
  const tables = await database.rows('SELECT table_name FROM duckdb_tables() WHERE temporary');
  for (const { table_name } of tables) await database.run(`DROP TABLE temp."${table_name}"`);
}
