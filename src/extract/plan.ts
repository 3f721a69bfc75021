import type { Knowledge, KnownIp } from '../contract/knowledge.ts';
import type { DetailWork, Reason } from './detail-work.ts';
import type { ListedIp, ListedMonitor } from './listed.ts';
import { pagesOf } from './listing-budget.ts';
import { PAGE_LIMIT } from './page-end.ts';
import { type Candidate, inOrder } from './plan-order.ts';
import { chooseVerify } from './plan-verify.ts';
import { isAskable } from './request-path.ts';

export interface PlanOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How long an equal row is trusted where the report covers a moving window. */
  readonly maxAgeMs: number;
  /** Share of the unchanged complete IPs that is read again in proof, 0 to 1. */
  readonly verifyShare: number;
  /** Everything again, to its end. */
  readonly isFull: boolean;
  /** Requests that may be spent; Infinity = no bound. */
  readonly affordable: number;
  /** Counts the runs: an IP too big for one of them is begun at another page in each. */
  readonly turn: number;
}

/** What is planned for: tonight's listing. */
export interface PlannedListing {
  readonly monitors: readonly ListedMonitor[];
  readonly listed: readonly ListedIp[];
}

/**
 * Which details are worth asking for, in which order, and why (DESIGN: Deciding what to fetch): what is new, changed,
 * incomplete or aged, largest change first with a tenth for the oldest; then, last, the share to verify.
 */
export function plan(listing: PlannedListing, knowledge: Knowledge, options: PlanOptions): DetailWork[] {
  const known = new Map(knowledge.ips.map((ip) => [keyOf(ip), ip]));
  const monitors = new Map(listing.monitors.map((monitor) => [monitor.monitor_id, monitor]));
  const wanted: Candidate[] = [];
  const unchanged: Candidate[] = [];
  for (const listed of listing.listed) {
    const monitor = monitors.get(listed.monitor_id);
    if (monitor === undefined || !isAskable(listed.ip_address)) continue;
    const ip = known.get(keyOf(listed)) ?? null;
    const reason = reasonFor(listed, ip, monitor, options);
    const work = workFor(listed, ip, { monitor, reason: reason ?? 'verify', options });
    (reason === null ? unchanged : wanted).push({ listed, known: ip, work });
  }
  const verify = options.isFull ? unchanged : chooseVerify(unchanged, options.verifyShare, options.nowMs);
  return [...inOrder(wanted), ...verify.map(({ work }) => work)];
}

function keyOf({
  monitor_id,
  ip_address,
}: {
  readonly monitor_id: string;
  readonly ip_address: string;
}): string {
  return JSON.stringify([monitor_id, ip_address]);
}

/** Null = an equal row that is trusted. */
function reasonFor(
  { fingerprint, volume }: ListedIp,
  known: KnownIp | null,
  { is_cumulative }: ListedMonitor,
  { nowMs, maxAgeMs }: PlanOptions,
): Reason | null {
  if (known === null || known.detail_as_of_ms === null) {
    return known !== null && known.detail_rows > 0 ? 'incomplete' : 'new';
  }
  if (fingerprint !== known.fingerprint) return 'changed';
  // Nothing came of what the listing tells of: that may have been a fault of one night.
  const isMissing = known.served_volume === 0 && (volume ?? 0) > 0;
  return (isMissing || !is_cumulative) && nowMs - known.detail_as_of_ms >= maxAgeMs ? 'aged' : null;
}

interface WorkContext {
  readonly monitor: ListedMonitor;
  readonly reason: Reason;
  readonly options: PlanOptions;
}

function workFor(listed: ListedIp, known: KnownIp | null, context: WorkContext): DetailWork {
  const { monitor, reason, options } = context;
  const pages = pagesOf(expectedRows(listed, known));
  const first_page = firstPage(known, reason, pages, options);
  return {
    monitor_id: listed.monitor_id,
    ip_address: listed.ip_address,
    reason,
    fingerprint: listed.fingerprint,
    form: monitor.form,
    first_page,
    tail_page: reason === 'changed' && first_page === 1 ? fullPages(known) + 1 : null,
    expected_pages: reason === 'incomplete' ? Math.max(1, pages - fullPages(known)) : pages,
    enough_volume: options.isFull ? null : enoughVolume(listed, known, context),
    listed_volume: listed.volume,
    has_stored: known !== null && known.detail_rows > 0,
  };
}

/** Rows grow as the volume does, and every row has at least one message. */
function expectedRows({ volume }: ListedIp, known: KnownIp | null): number {
  if (known === null || known.detail_rows === 0) return 1;
  const growth = known.detail_volume > 0 && volume !== null ? volume / known.detail_volume : 1;
  return Math.max(known.detail_rows, Math.ceil(known.detail_rows * growth));
}

function fullPages(known: KnownIp | null): number {
  return Math.floor((known?.detail_rows ?? 0) / PAGE_LIMIT);
}

/**
 * Reading goes on where it stopped. An IP that was complete before and is bigger than what may be spent begins at
 * another page in every second run, so that no page waits for ever.
 */
function firstPage(
  known: KnownIp | null,
  reason: Reason,
  pages: number,
  { affordable, turn }: PlanOptions,
): number {
  if (reason === 'incomplete') return fullPages(known) + 1;
  if (reason === 'new' || pages <= affordable || turn % 2 === 0) return 1;
  return 1 + ((Math.ceil(turn / 2) * Math.max(1, Math.floor(affordable))) % pages);
}

/**
 * Where reading may stop early: only in a cumulative monitor, and not where the stored records have that sum before
 * anything is read, for then it proves nothing.
 */
function enoughVolume(
  { volume }: ListedIp,
  known: KnownIp | null,
  { monitor, reason }: WorkContext,
): number | null {
  if (!monitor.is_cumulative || reason === 'verify' || reason === 'aged') return null;
  return reason === 'changed' && known?.detail_volume === volume ? null : volume;
}
