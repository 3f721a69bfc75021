import type { SourcesForm } from '../contract/knowledge.ts';
import type { ExtractContext } from './context.ts';
import type { PageItem } from './pagination.ts';
import { reportSourcePages, wantsDates } from './report-sources.ts';
import { type ItemEnd, joinEnds, type StageEnd, workThrough } from './work-through.ts';

/** A monitor whose report sources are worth asking for. */
export interface SourcesWork {
  readonly monitor_id: string;
  /** The form that worked before; null = not known. */
  readonly form: SourcesForm | null;
}

export interface SourcesOptions {
  readonly concurrency: number;
  /** ISO date of the run's snapshots. */
  readonly snapshotDay: string;
}

/** What a run has learnt about the form of the request. */
interface Learnt {
  form: SourcesForm | null;
}

/**
 * Fetches the report sources of monitors. Where the form that works is not known, one monitor is asked first and its
 * form is then asked first of all others. Throws what exchange throws, but for the ends that StageEnd tells of.
 */
export async function fetchReportSources(
  context: ExtractContext,
  work: readonly SourcesWork[],
  { concurrency, snapshotDay }: SourcesOptions,
): Promise<StageEnd> {
  const { signal } = context;
  const learnt: Learnt = { form: work.find(({ form }) => form !== null)?.form ?? null };
  const fetch = (item: SourcesWork) => fetchSources(context, item, learnt, snapshotDay);
  const alone = learnt.form === null ? work.slice(0, 1) : [];
  const first = await workThrough({ concurrency: 1, signal }, alone, fetch);
  if (first.isStopped) return first;
  return joinEnds([first, await workThrough({ concurrency, signal }, work.slice(alone.length), fetch)]);
}

async function fetchSources(
  context: ExtractContext,
  { monitor_id, form }: SourcesWork,
  learnt: Learnt,
  snapshotDay: string,
): Promise<ItemEnd> {
  const asked = form ?? learnt.form ?? 'plain';
  let end = await readSources(reportSourcePages(context, monitor_id, asked, snapshotDay));
  if (end.kind === 'refused' && asked === 'plain' && wantsDates(end.status, end.body)) {
    learnt.form = 'dated';
    end = await readSources(reportSourcePages(context, monitor_id, 'dated', snapshotDay));
  } else if (end.kind === 'rows') {
    learnt.form ??= asked;
  }
  if (end.kind === 'rows' || end.kind === 'not-found') return 'done';
  const scope = { stream: 'report_sources', monitor_id, ip: null } as const;
  context.onEvent({ type: 'skipped', scope, reason: end.error.message });
  return end.kind;
}

/** Reads to the end, and tells how that was. */
async function readSources(items: AsyncGenerator<PageItem>): Promise<PageItem> {
  let end: PageItem = { kind: 'not-found' };
  for await (const item of items) end = item;
  return end;
}
