import type { Knowledge } from '../contract/knowledge.ts';
import { OtherAccountError } from '../errors.ts';
import type { ExtractContext } from './context.ts';
import type { DetailWork, Reason } from './detail-work.ts';
import { type DetailOptions, fetchDetails } from './fetch-details.ts';
import { fetchReportSources } from './fetch-report-sources.ts';
import { listAccount } from './list-account.ts';
import { listMonitors, selectMonitors } from './list-monitors.ts';
import type { ListedIp, ListedMonitor, ReadListedRow } from './listed.ts';
import type { MonitorRow } from './monitors.ts';
import { type PlannedListing, type PlanOptions, plan } from './plan.ts';
import { planSources } from './plan-sources.ts';
import { joinEnds, type StageEnd, workThrough } from './work-through.ts';

export interface ExtractOptions extends DetailOptions {
  readonly knowledge: Knowledge;
  readonly readListedRow: ReadListedRow;
  /** Whether the account may share no monitor with the dataset. */
  readonly acceptNewAccount: boolean;
  /** Monitors by id or domain; empty = all. */
  readonly monitors: readonly string[];
  /** ISO date of the run's snapshots. */
  readonly snapshotDay: string;
  /** List and plan, but fetch nothing that was planned. */
  readonly isPlanOnly: boolean;
  readonly plan: Omit<PlanOptions, 'affordable'>;
}

/** What was asked for, and how it ended. */
export interface Extraction {
  readonly end: StageEnd;
  /** Whether all that is new, changed, aged or incomplete was read; only verifying may have been cut short. */
  readonly isComplete: boolean;
  /** All monitors of the account; null = their list was not read to its end. */
  readonly monitors: readonly MonitorRow[] | null;
  /** Monitors whose aggregated report was read to its end. */
  readonly listedMonitors: number;
  readonly listedIps: number;
  /** What was planned, by reason. */
  readonly planned: Readonly<Record<Reason, Planned>>;
  /** Monitors whose report sources were planned. */
  readonly plannedSources: number;
}

/** Source IPs whose details are worth asking for, and the pages that will probably take. */
export interface Planned {
  readonly ips: number;
  readonly pages: number;
}

/**
 * The stage: list, plan, fetch what is worth it, in rounds if the listing may not be done at once; then report sources,
 * and last what is verified. Throws AuthenticationError, ApiError when the monitors cannot be listed,
 * ConfigurationError for a monitor that does not exist, DataError when the journal cannot be written.
 */
export async function extract(context: ExtractContext, options: ExtractOptions): Promise<Extraction> {
  const progress = new Rounds();
  const { monitors, end } = await listSelected(context, options);
  progress.ends.push(end);
  let waiting = monitors?.selected ?? [];
  while (waiting.length > 0 && !progress.isStopped)
    waiting = await doRound(context, waiting, options, progress);
  const sources = planSources(progress, options.knowledge, options.plan);
  const mayFetch = () => !options.isPlanOnly && !progress.isStopped;
  if (mayFetch()) progress.ends.push(await fetchReportSources(context, sources, options));
  const { isStopped } = progress;
  if (mayFetch()) progress.ends.push(await fetchDetails(context, progress.verify, options));
  progress.ends.push(skipAssumed(context, progress.assumed));
  const result = progress.result(monitors?.all ?? null);
  return {
    ...result,
    isComplete: !isStopped && result.end.skipped === 0,
    plannedSources: sources.length,
  };
}

/** Lists as many of the monitors as the budget has room for, and fetches their details; returns the others. */
async function doRound(
  context: ExtractContext,
  waiting: readonly MonitorRow[],
  options: ExtractOptions,
  progress: Rounds,
): Promise<readonly MonitorRow[]> {
  const listing = await listAccount(context, waiting, options);
  progress.ends.push(listing.end);
  progress.assumed.push(...listing.assumed);
  const affordable = context.governor.affordable();
  const work = progress.add(listing, plan(listing, options.knowledge, { ...options.plan, affordable }));
  if (!options.isPlanOnly && !progress.isStopped)
    progress.ends.push(await fetchDetails(context, work, options));
  return listing.postponed;
}

/** Details can show, after all was listed, that the API gives fewer rows a page than are asked for: then ends were not. */
function skipAssumed({ sizes, onEvent }: ExtractContext, assumed: readonly string[]): StageEnd {
  const skipped = sizes.isCapped ? assumed : [];
  for (const monitor_id of skipped) {
    const scope = { stream: 'aggregated_reports', monitor_id, ip: null } as const;
    onEvent({
      type: 'skipped',
      scope,
      reason: 'the API gives fewer rows a page than are asked for: some may be missing',
    });
  }
  return { stop_reason: skipped.length > 0 ? 'errors' : 'done', skipped: skipped.length, isStopped: false };
}

interface Selected {
  readonly all: readonly MonitorRow[];
  readonly selected: readonly MonitorRow[];
}

async function listSelected(
  context: ExtractContext,
  { monitors: named, knowledge, acceptNewAccount }: ExtractOptions,
): Promise<{ readonly monitors: Selected | null; readonly end: StageEnd }> {
  let monitors: Selected | null = null;
  const end = await workThrough({ concurrency: 1, signal: context.signal }, [named], async () => {
    const all = await listMonitors(context);
    if (!acceptNewAccount) refuseOtherAccount(all, knowledge);
    monitors = { all, selected: selectMonitors(all, named) };
    return 'done';
  });
  return { monitors, end };
}

/** One out directory is one account: a list that shares nothing with what is known comes from another. */
function refuseOtherAccount(monitors: readonly MonitorRow[], knowledge: Knowledge): void {
  const known = new Set(knowledge.monitors.map(({ monitor_id }) => monitor_id));
  if (known.size === 0 || monitors.length === 0) return;
  if (monitors.some(({ monitor_id }) => known.has(monitor_id))) return;
  throw new OtherAccountError(
    `none of the ${monitors.length} monitors of this account is among the ${known.size} that the dataset knows`,
    {
      hint: 'Choose another directory with --out, or say --accept-new-account if the account was set up anew.',
    },
  );
}

/** What the rounds of a night have brought so far. */
class Rounds implements PlannedListing {
  readonly monitors: ListedMonitor[] = [];
  readonly listed: ListedIp[] = [];
  readonly verify: DetailWork[] = [];
  readonly ends: StageEnd[] = [];
  /** Monitors whose report ended on a page that was only assumed to be the last. */
  readonly assumed: string[] = [];
  readonly #planned = new Map<Reason, Planned>();

  get isStopped(): boolean {
    return this.ends.some((end) => end.isStopped);
  }

  /** Takes a round in; returns its work but for what is verified, which comes last of all. */
  add(listing: PlannedListing, work: readonly DetailWork[]): DetailWork[] {
    for (const monitor of listing.monitors) this.monitors.push(monitor);
    for (const ip of listing.listed) this.listed.push(ip);
    for (const { reason, expected_pages } of work) {
      const { ips, pages } = this.#plannedFor(reason);
      this.#planned.set(reason, { ips: ips + 1, pages: pages + expected_pages });
    }
    for (const item of work) if (item.reason === 'verify') this.verify.push(item);
    return work.filter(({ reason }) => reason !== 'verify');
  }

  #plannedFor(reason: Reason): Planned {
    return this.#planned.get(reason) ?? { ips: 0, pages: 0 };
  }

  result(monitors: readonly MonitorRow[] | null): Omit<Extraction, 'isComplete' | 'plannedSources'> {
    return {
      end: joinEnds(this.ends),
      monitors,
      listedMonitors: this.monitors.length,
      listedIps: this.listed.length,
      planned: {
        new: this.#plannedFor('new'),
        changed: this.#plannedFor('changed'),
        aged: this.#plannedFor('aged'),
        incomplete: this.#plannedFor('incomplete'),
        verify: this.#plannedFor('verify'),
      },
    };
  }
}
