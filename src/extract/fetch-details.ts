import type { ExtractContext } from './context.ts';
import type { DetailWork } from './detail-work.ts';
import { type ReadRecordVolume, watchVolume } from './early-stop.ts';
import type { Scope } from './events.ts';
import { ForbiddenMonitors } from './forbidden-monitors.ts';
import type { Listing } from './pagination.ts';
import { reportRecordPages } from './report-records.ts';
import { isAskable } from './request-path.ts';
import { type ItemEnd, type StageEnd, workThrough } from './work-through.ts';

export interface DetailOptions {
  readonly concurrency: number;
  /** ISO date: only records from this day on are asked for; null = all. */
  readonly since: string | null;
  readonly readRecordVolume: ReadRecordVolume;
  /** The stored records that were asked for under this address: `recordKey` → total_volume. */
  readonly storedVolumes: (monitor_id: string, ip_address: string) => Promise<ReadonlyMap<string, number>>;
}

/**
 * Fetches the details of the IPs in their order. An IP that answers 404 has no details: that is an end, no failure; one
 * that still fails after all tries is skipped, and so are the IPs of a monitor that is forbidden. Throws what exchange
 * throws, but for the ends that StageEnd tells of.
 */
export function fetchDetails(
  context: ExtractContext,
  work: Iterable<DetailWork>,
  options: DetailOptions,
): Promise<StageEnd> {
  const { signal } = context;
  const forbidden = new ForbiddenMonitors();
  return workThrough({ concurrency: options.concurrency, signal }, work, (item) =>
    fetchIp(context, item, options, forbidden),
  );
}

async function fetchIp(
  context: ExtractContext,
  work: DetailWork,
  options: DetailOptions,
  forbidden: ForbiddenMonitors,
): Promise<ItemEnd> {
  const { monitor_id, ip_address, first_page } = work;
  if (!isAskable(ip_address)) return 'done';
  if (forbidden.has(monitor_id)) {
    context.onEvent({ type: 'ip-done', monitor_id, ip: ip_address, outcome: 'skipped' });
    return 'refused';
  }
  const watch = await watchFor(work, options);
  const request = { ...work, since: options.since, firstPage: first_page };
  for await (const item of reportRecordPages(context, request, watch)) {
    if (item.kind === 'rows') continue;
    if (item.kind === 'not-found') {
      context.onEvent({ type: 'ip-done', monitor_id, ip: ip_address, outcome: 'gone' });
      return 'done';
    }
    forbidden.note(monitor_id, item);
    const scope: Scope = { stream: 'report_records', monitor_id, ip: ip_address };
    context.onEvent({ type: 'skipped', scope, reason: item.error.message });
    context.onEvent({ type: 'ip-done', monitor_id, ip: ip_address, outcome: 'skipped' });
    return item.kind;
  }
  forbidden.clear(monitor_id);
  context.onEvent({ type: 'ip-done', monitor_id, ip: ip_address, outcome: 'read' });
  return 'done';
}

/** How the pages of this work are watched: whether it may stop early, and whether a short page may be the last. */
async function watchFor(
  { monitor_id, ip_address, enough_volume, listed_volume, has_stored, tail_page }: DetailWork,
  { readRecordVolume, storedVolumes, since }: DetailOptions,
): Promise<Required<Pick<Listing, 'isEnough' | 'mayEnd' | 'jump'>>> {
  const mayStop = enough_volume !== null;
  const stored =
    mayStop && has_stored ? await storedVolumes(monitor_id, ip_address) : new Map<string, number>();
  const { isEnough, hasListed, hasNews } = watchVolume(listed_volume, stored, readRecordVolume);
  return {
    isEnough: (rows) => isEnough(rows) && mayStop,
    // What is asked for from a day on has no volume of its own to reach, and counts as complete nowhere.
    mayEnd: () => since !== null || hasListed(),
    jump: () => (!mayStop || hasNews() ? null : tail_page),
  };
}
