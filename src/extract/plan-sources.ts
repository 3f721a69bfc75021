import type { Knowledge, KnownIp } from '../contract/knowledge.ts';
import type { SourcesWork } from './fetch-report-sources.ts';
import { groupBy } from './group-by.ts';
import type { ListedIp } from './listed.ts';
import type { PlannedListing } from './plan.ts';

/** Report sources are asked for at least this often, also where nothing changed. */
const MAX_AGE_MS = 7 * 86_400_000;

export interface SourcesPlanOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly isFull: boolean;
}

/**
 * Monitors whose report sources are worth asking for: an aggregated row differs from the last snapshot, or the last
 * answer is older than seven days.
 */
export function planSources(
  listing: PlannedListing,
  knowledge: Knowledge,
  { nowMs, isFull }: SourcesPlanOptions,
): SourcesWork[] {
  const known = new Map(knowledge.monitors.map((monitor) => [monitor.monitor_id, monitor]));
  const knownIps = groupBy(knowledge.ips, ({ monitor_id }) => monitor_id);
  const listedIps = groupBy(listing.listed, ({ monitor_id }) => monitor_id);
  return listing.monitors.flatMap(({ monitor_id }) => {
    const asOfMs = known.get(monitor_id)?.sources_as_of_ms ?? null;
    const isNeeded =
      isFull ||
      asOfMs === null ||
      nowMs - asOfMs > MAX_AGE_MS ||
      hasChanged(listedIps.get(monitor_id) ?? [], knownIps.get(monitor_id) ?? []);
    return isNeeded ? [{ monitor_id, form: known.get(monitor_id)?.sources_form ?? null }] : [];
  });
}

function hasChanged(listed: readonly ListedIp[], known: readonly KnownIp[]): boolean {
  const before = new Map(
    known.flatMap((ip) =>
      ip.listed_fingerprint === null ? [] : [[ip.ip_address, ip.listed_fingerprint] as const],
    ),
  );
  return listed.length !== before.size || listed.some((ip) => before.get(ip.ip_address) !== ip.fingerprint);
}
