import type { KnownIp, KnownMonitor } from '../contract/knowledge.ts';
import type { ApiError } from '../errors.ts';
import { type AggregatedRequest, aggregatedReportPages } from './aggregated-reports.ts';
import type { ExtractContext } from './context.ts';
import { coversStored } from './cumulative.ts';
import { type ListedIp, type ListedMonitor, listedIp, type ReadListedRow, sumTwice } from './listed.ts';

/** A monitor's aggregated report, or why there is none: the monitor is gone, or its report could not be read. */
export type AggregatedListing =
  | { readonly kind: 'listed'; readonly monitor: ListedMonitor; readonly ips: readonly ListedIp[] }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unread'; readonly isRefused: boolean; readonly error: ApiError };

/** What is known of the monitor before it is listed; null and none for a new one. */
export interface BeforeListing {
  readonly known: KnownMonitor | null;
  readonly ips: readonly KnownIp[];
  /** Called where its report ended on a page that was only assumed to be the last. */
  readonly onAssumedEnd: () => void;
}

/**
 * Lists a monitor in its form. A cumulative monitor whose report does not cover what is stored is asked once more with
 * an early date, and so is one whose details proved the report wrong; that listing counts, in the journal too, only if
 * it covers what is stored. Throws what exchange throws.
 */
export async function listAggregated(
  context: ExtractContext,
  monitor_id: string,
  readRow: ReadListedRow,
  before: BeforeListing,
): Promise<AggregatedListing> {
  const { known, ips, onAssumedEnd } = before;
  const covers = (listed: readonly ListedIp[]) => coversStored(volumesIn(listed), ips);
  const knownRows = ips.filter(({ state }) => state !== 'gone').length;
  const reading = { monitor_id, readRow, knownRows, onAssumedEnd };
  const readEarly = () => readForm(context, { ...reading, form: 'early', isWanted: covers });
  const isOpen = known !== null && known.aggregated_form === null;
  if (isOpen) {
    const early = await readEarly();
    if (early.kind === 'listed') return withState(early, true);
  }
  const form = known?.aggregated_form ?? 'plain';
  const read = await readForm(context, { ...reading, form, isWanted: () => true });
  if (read.kind !== 'listed' || known?.is_cumulative === false) return withState(read, false);
  if (covers(read.ips)) return withState(read, true);
  if (form === 'early') return withState(read, false);
  const early = await readEarly();
  return early.kind === 'listed' ? withState(early, true) : withState(read, false);
}

/** What a form of the request gave; `rejected` = it was read, and does not cover what is stored. */
type FormListing = AggregatedListing | { readonly kind: 'rejected' };

function withState(listing: FormListing, is_cumulative: boolean): AggregatedListing {
  if (listing.kind === 'rejected') return { kind: 'gone' };
  return listing.kind === 'listed' ? { ...listing, monitor: { ...listing.monitor, is_cumulative } } : listing;
}

function volumesIn(ips: readonly ListedIp[]): Map<string, number | null> {
  return new Map(ips.map(({ ip_address, volume }) => [ip_address, volume]));
}

interface FormReading extends Omit<AggregatedRequest, 'isWanted'> {
  readonly readRow: ReadListedRow;
  readonly isWanted: (ips: readonly ListedIp[]) => boolean;
}

async function readForm(
  context: ExtractContext,
  { readRow, isWanted, ...request }: FormReading,
): Promise<FormListing> {
  const { monitor_id, form } = request;
  const ips = new Map<string, ListedIp>();
  const add = (rows: readonly unknown[]) => {
    for (const read of sumTwice(rows.map(readRow).filter((row) => row !== null)))
      ips.set(read.ip_address, listedIp(monitor_id, read));
  };
  const isWantedWith = (rows: readonly unknown[]) => {
    add(rows);
    return isWanted([...ips.values()]);
  };
  let isRead = false;
  for await (const item of aggregatedReportPages(context, { ...request, isWanted: isWantedWith })) {
    if (item.kind === 'not-found') return { kind: 'gone' };
    if (item.kind !== 'rows')
      return { kind: 'unread', isRefused: item.kind === 'refused', error: item.error };
    add(item.rows);
    isRead = item.isLast;
  }
  if (!isRead) return { kind: 'rejected' };
  return { kind: 'listed', monitor: { monitor_id, is_cumulative: true, form }, ips: [...ips.values()] };
}
