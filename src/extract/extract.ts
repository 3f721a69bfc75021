import type { Knowledge } from '../contract/knowledge.ts';
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
  /** Monitors by id or domain; empty = all. */
  readonly monitors: readonly string[];
  /** ISO date of the run's snapshots. */
  readonly snapshotDay: string;
  readonly plan: Omit<PlanOptions, 'affordable'>;
}

/** What was asked for, and how it ended. */
export interface Extraction {
  readonly end: StageEnd;
  /** All monitors of the account; null = their list was not read to its end. */
  readonly monitors: readonly MonitorRow[] | null;
  /** Monitors whose aggregated report was read to its end. */
  readonly listedMonitors: number;
  readonly listedIps: number;
  /** IPs whose details were planned, by reason. */
  readonly planned: Readonly<Record<Reason, number>>;
}

/**
 * The stage: list, plan, fetch what is worth it, in rounds if the listing may not be done at once; then report sources,
 * and last what is verified. Throws AuthenticationError, ApiError when the monitors cannot be listed,
 * ConfigurationError for a monitor that does not exist, DataError when the journal cannot be written.
 */
export async function extract(context: ExtractContext, options: ExtractOptions): Promise<Extraction> {
  const progress = new Rounds();
  const { monitors, end } = await listSelected(context, options.monitors);
  progress.ends.push(end);
  let waiting = monitors?.selected ?? [];
  while (waiting.length > 0 && !progress.isStopped)
    waiting = await doRound(context, waiting, options, progress);
  if (!progress.isStopped) {
    const sources = planSources(progress, options.knowledge, options.plan);
    progress.ends.push(await fetchReportSources(context, sources, options));
  }
  if (!progress.isStopped) progress.ends.push(await fetchDetails(context, progress.verify, options));
  return progress.result(monitors?.all ?? null);
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
  const affordable = context.governor.affordable();
  const work = progress.add(listing, plan(listing, options.knowledge, { ...options.plan, affordable }));
  if (!progress.isStopped) progress.ends.push(await fetchDetails(context, work, options));
  return listing.postponed;
}

interface Selected {
  readonly all: readonly MonitorRow[];
  readonly selected: readonly MonitorRow[];
}

async function listSelected(
  context: ExtractContext,
  named: readonly string[],
): Promise<{ readonly monitors: Selected | null; readonly end: StageEnd }> {
  let monitors: Selected | null = null;
  const end = await workThrough({ concurrency: 1, signal: context.signal }, [named], async () => {
    const all = await listMonitors(context);
    monitors = { all, selected: selectMonitors(all, named) };
    return 'done';
  });
  return { monitors, end };
}

/** What the rounds of a night have brought so far. */
class Rounds implements PlannedListing {
  readonly monitors: ListedMonitor[] = [];
  readonly listed: ListedIp[] = [];
  readonly verify: DetailWork[] = [];
  readonly ends: StageEnd[] = [];
  readonly #planned: Record<Reason, number> = { new: 0, changed: 0, aged: 0, incomplete: 0, verify: 0 };

  get isStopped(): boolean {
    return this.ends.some((end) => end.isStopped);
  }

  /** Takes a round in; returns its work but for what is verified, which comes last of all. */
  add(listing: PlannedListing, work: readonly DetailWork[]): DetailWork[] {
    for (const monitor of listing.monitors) this.monitors.push(monitor);
    for (const ip of listing.listed) this.listed.push(ip);
    for (const { reason } of work) this.#planned[reason] += 1;
    for (const item of work) if (item.reason === 'verify') this.verify.push(item);
    return work.filter(({ reason }) => reason !== 'verify');
  }

  result(monitors: readonly MonitorRow[] | null): Extraction {
    return {
      end: joinEnds(this.ends),
      monitors,
      listedMonitors: this.monitors.length,
      listedIps: this.listed.length,
      planned: { ...this.#planned },
    };
  }
}
