import type { Knowledge, KnownIp } from '../contract/knowledge.ts';
import { groupBy } from './group-by.ts';
import type { MonitorRow } from './monitors.ts';
import { PAGE_LIMIT } from './page-end.ts';

/** What reading a monitor's aggregated report probably costs, in requests. */
export interface ListingCost {
  readonly monitor: MonitorRow;
  readonly pages: number;
}

/** In which order monitors are listed, and how many requests that may take. */
export interface ListingPlan {
  /** Oldest snapshot first, never listed ones before all. */
  readonly order: readonly ListingCost[];
  /** Requests; Infinity = no bound. One monitor is listed in any case. */
  readonly allowance: number;
}

/**
 * If listing and details do not both fit into `affordable` requests, the listing gets at most half. What details will
 * cost is known from what is outstanding; where a monitor was never listed nobody knows, and it counts as not fitting.
 */
export function planListing(
  monitors: readonly MonitorRow[],
  knowledge: Knowledge,
  affordable: number,
): ListingPlan {
  const snapshotAt = new Map(knowledge.monitors.map((known) => [known.monitor_id, known.snapshot_as_of_ms]));
  const ipsOf = groupBy(knowledge.ips, ({ monitor_id }) => monitor_id);
  const age = ({ monitor_id }: MonitorRow) => snapshotAt.get(monitor_id) ?? Number.NEGATIVE_INFINITY;
  const order = [...monitors]
    .sort((a, b) => age(a) - age(b) || (a.monitor_id < b.monitor_id ? -1 : 1))
    .map((monitor) => ({ monitor, pages: pagesOf(ipsOf.get(monitor.monitor_id)?.length ?? 0) }));
  const listing = order.reduce((sum, { pages }) => sum + pages, 0);
  const isAllKnown = monitors.every((monitor) => age(monitor) > 0);
  const details = isAllKnown ? outstanding(knowledge.ips) : Number.POSITIVE_INFINITY;
  return {
    order,
    allowance: listing + details <= affordable ? Number.POSITIVE_INFINITY : Math.floor(affordable / 2),
  };
}

function outstanding(ips: readonly KnownIp[]): number {
  return ips
    .filter(({ state }) => state === 'never' || state === 'stale')
    .reduce((sum, { detail_rows }) => sum + pagesOf(detail_rows), 0);
}

/** Pages that so many rows fill, at least one. */
export function pagesOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / PAGE_LIMIT));
}
