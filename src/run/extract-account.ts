import { join } from 'node:path';
import { OtherAccountError } from '../errors.ts';
import { makeContext } from '../extract/context.ts';
import type { ExtractEvent } from '../extract/events.ts';
import { type Extraction, extract } from '../extract/extract.ts';
import type { GovernorReport } from '../extract/tally.ts';
import { type JournalWriter, openJournal } from '../journal/append.ts';
import type { FooterFields, RunStatus, StopReason } from '../journal/line.ts';
import type { Database } from '../load/database.ts';
import { readKnowledge, readStoredVolumes } from '../load/knowledge.ts';
import { loadedRuns } from '../load/load-journal.ts';
import { nextRunNumber } from '../load/merge/runs.ts';
import { readListedRow } from '../transform/aggregated-reports.ts';
import { readRecordVolume } from '../transform/report-records.ts';
import { type RunContext, runDay } from './run-context.ts';
import { setAside } from './set-aside.ts';

/** What the extraction left behind. */
export interface Extracted {
  readonly journalPath: string;
  readonly quota_before: number | null;
  readonly footer: FooterFields;
  readonly extraction: Extraction;
}

const DAY_MS = 86_400_000;

/**
 * Asks the API for what is worth asking, given what the database knows, into the run's own journal, which is complete
 * when this resolves. With `isPlanOnly` it lists and plans, and fetches nothing of the plan. When it throws, the journal
 * ends with a footer that says `failed`.
 */
export async function extractAccount(
  context: RunContext,
  database: Database,
  { isPlanOnly = false }: { readonly isPlanOnly?: boolean } = {},
): Promise<Extracted> {
  const { connection, quota_before } = context.session;
  const { governor } = connection;
  const journalPath = join(context.out.journals, `${context.run_id}.jsonl`);
  const journal = await openOwnJournal(context, journalPath, await nextRunNumber(database));
  try {
    const extraction = await extract(
      makeContext({
        ...connection,
        journal,
        onEvent: (event) => tellEvent(context, event),
        origin: context.baseUrl.origin,
      }),
      await extractOptions(context, database, isPlanOnly),
    );
    const last = footer(context, governor.report(), statusOf(extraction), extraction.end.stop_reason);
    await journal.close(last);
    return { journalPath, quota_before, footer: last, extraction };
  } catch (error) {
    await closeFailed(context, journal, governor.report());
    if (error instanceof OtherAccountError)
      await setAside(context, journalPath, 'what was received is of another account');
    throw error;
  }
}

function tellEvent({ tell, warn }: RunContext, event: ExtractEvent): void {
  tell(event);
  if (event.type !== 'short-listing') return;
  const { scope, rows, total } = event;
  const what = [scope.stream, scope.monitor_id, scope.ip].filter((part) => part !== null).join(' ');
  warn(`${what}: the API told of ${total} rows and gave ${rows}; what it gave is exported`);
}

/** A run that only had no more budget to verify what it holds is `ok`: nothing is missing. */
function statusOf({ end, isComplete }: Extraction): RunStatus {
  if (end.stop_reason === 'signal') return 'interrupted';
  return isComplete ? 'ok' : 'partial';
}

function openOwnJournal(context: RunContext, path: string, run_number: number): Promise<JournalWriter> {
  const { run_id, program_version, options, started_at, baseUrl, fileSystem, session } = context;
  const mode = options.isFull ? 'full' : 'incremental';
  const header = {
    run_id,
    program_version,
    mode,
    started_at,
    api_origin: baseUrl.origin,
    quota_before: session.quota_before,
    run_number,
    time_source: session.clock.source,
  } as const;
  return openJournal(path, header, fileSystem);
}

async function extractOptions(context: RunContext, database: Database, isPlanOnly: boolean) {
  const { options, clock } = context;
  const snapshotDay = runDay(context);
  return {
    concurrency: options.concurrency,
    knowledge: await readKnowledge(database),
    monitors: options.monitors,
    since: options.since,
    snapshotDay,
    readListedRow,
    acceptNewAccount: options.acceptNewAccount,
    isPlanOnly,
    readRecordVolume: (row: unknown) => readRecordVolume(row, Math.floor(clock.now() / DAY_MS)),
    storedVolumes: (monitor_id: string, ip: string) => readStoredVolumes(database, monitor_id, ip),
    plan: {
      nowMs: Date.parse(context.started_at),
      maxAgeMs: options.maxAgeMs,
      verifyShare: options.verifyShare,
      isFull: options.isFull,
      turn: (await loadedRuns(database)).size,
    },
  };
}

function footer(
  { clock }: RunContext,
  report: GovernorReport,
  status: RunStatus,
  stop_reason: StopReason,
): FooterFields {
  const { window, rate_limited, backoff } = report.waitedMs;
  return {
    status,
    stop_reason,
    finished_at: new Date(clock.now()).toISOString(),
    requests: report.requests,
    retries: report.retries,
    rate_limited: report.rateLimited,
    waited_ms: window + rate_limited + backoff,
    quota_after: report.quotaAfter,
    bytes: report.bytes,
  };
}

/** The error on its way out is the one to tell, so a journal that cannot be closed is only warned of. */
async function closeFailed(
  context: RunContext,
  journal: JournalWriter,
  report: GovernorReport,
): Promise<void> {
  await journal
    .close(footer(context, report, 'failed', 'errors'))
    .catch((error: Error) => context.warn(`the journal has no footer: ${error.message}`));
}
