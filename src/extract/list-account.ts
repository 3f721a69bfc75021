import type { Knowledge } from '../contract/knowledge.ts';
import type { ExtractContext } from './context.ts';
import type { Scope } from './events.ts';
import { groupBy } from './group-by.ts';
import { type AggregatedListing, type BeforeListing, listAggregated } from './list-aggregated.ts';
import type { ListedIp, ListedMonitor, ReadListedRow } from './listed.ts';
import { type ListingCost, planListing } from './listing-budget.ts';
import type { MonitorRow } from './monitors.ts';
import { type ItemEnd, joinEnds, type StageEnd, workThrough } from './work-through.ts';

export interface ListingOptions {
  readonly concurrency: number;
  readonly knowledge: Knowledge;
  readonly readListedRow: ReadListedRow;
}

/** Tonight's aggregated reports, of the monitors whose report was read to its end. */
export interface AccountListing {
  readonly monitors: readonly ListedMonitor[];
  readonly listed: readonly ListedIp[];
  /** Monitors whose report ended on a page that was only assumed to be the last. */
  readonly assumed: readonly string[];
  /** Monitors left for later, because the listing may not take more than half of what may be spent. */
  readonly postponed: readonly MonitorRow[];
  readonly end: StageEnd;
}

/** Lists monitors, oldest snapshot first, as far as the listing's part of the budget goes. Throws what exchange throws. */
export async function listAccount(
  context: ExtractContext,
  monitors: readonly MonitorRow[],
  { knowledge, concurrency, readListedRow }: ListingOptions,
): Promise<AccountListing> {
  const { order, allowance } = planListing(monitors, knowledge, context.governor.affordable());
  const before = knowledgeByMonitor(knowledge);
  const rest = new Set(monitors);
  const found = new Map<string, Extract<AggregatedListing, { kind: 'listed' }>>();
  const assumed = new Set<string>();
  const list = async ({ monitor }: ListingCost) => {
    rest.delete(monitor);
    const { monitor_id } = monitor;
    assumed.delete(monitor_id);
    const onAssumedEnd = () => assumed.add(monitor_id);
    const listing = await listAggregated(context, monitor_id, readListedRow, {
      ...before(monitor_id),
      onAssumedEnd,
    });
    if (listing.kind === 'listed') found.set(monitor_id, listing);
    return told(context, monitor_id, listing);
  };
  const working = { concurrency, signal: context.signal };
  const first = await workThrough(working, withinAllowance(context, order, allowance), list);
  // Ends that were assumed before a page showed that the API gives fewer rows than are asked for.
  const again =
    context.sizes.isCapped && !first.isStopped
      ? order.filter(({ monitor }) => assumed.has(monitor.monitor_id))
      : [];
  const end = joinEnds([first, await workThrough(working, again, list)]);
  const listings = [...found.values()];
  return {
    monitors: listings.map(({ monitor }) => monitor),
    listed: listings.flatMap(({ ips }) => ips),
    assumed: listings
      .map(({ monitor }) => monitor.monitor_id)
      .filter((monitor_id) => assumed.has(monitor_id)),
    postponed: [...rest],
    end,
  };
}

function knowledgeByMonitor(
  knowledge: Knowledge,
): (monitor_id: string) => Pick<BeforeListing, 'known' | 'ips'> {
  const known = new Map(knowledge.monitors.map((monitor) => [monitor.monitor_id, monitor]));
  const ips = groupBy(knowledge.ips, ({ monitor_id }) => monitor_id);
  return (monitor_id) => ({ known: known.get(monitor_id) ?? null, ips: ips.get(monitor_id) ?? [] });
}

/** The monitors that the allowance has room for when their turn comes; one in any case. */
function* withinAllowance(
  { governor }: ExtractContext,
  order: readonly ListingCost[],
  allowance: number,
): Generator<ListingCost> {
  const before = governor.report().requests;
  let promised = 0;
  for (const cost of order) {
    const spent = Math.max(promised, governor.report().requests - before);
    if (promised > 0 && spent + cost.pages > allowance) return;
    promised += cost.pages;
    yield cost;
  }
}

/** Tells what became of a monitor's listing. */
function told({ onEvent }: ExtractContext, monitor_id: string, listing: AggregatedListing): ItemEnd {
  if (listing.kind === 'unread') {
    const scope: Scope = { stream: 'aggregated_reports', monitor_id, ip: null };
    onEvent({ type: 'skipped', scope, reason: listing.error.message });
    return listing.isRefused ? 'refused' : 'failed';
  }
  const ips = listing.kind === 'listed' ? listing.ips.length : 0;
  onEvent({ type: 'listing', monitor_id, ips, isComplete: listing.kind === 'listed' });
  return 'done';
}
