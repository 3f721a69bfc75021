import type { AggregatedForm } from '../contract/knowledge.ts';
import { formFilter } from './aggregated-reports.ts';
import type { ExtractContext } from './context.ts';
import { ROOT } from './monitors.ts';
import type { Listing, PageItem } from './pagination.ts';
import { textField } from './row-fields.ts';
import { scopePages } from './scope-pages.ts';

/** The details of one source IP, and how far they are wanted. */
export interface RecordsRequest {
  readonly monitor_id: string;
  /** As the listing spells it; askable. */
  readonly ip_address: string;
  /** Of the aggregated row that causes the request. */
  readonly fingerprint: string;
  /** The form in which the monitor's aggregated report covers most: details are asked for in the same. */
  readonly form: AggregatedForm;
  /** ISO date: only records from this day on; null = all. */
  readonly since: string | null;
  readonly firstPage: number;
}

/** The detail records of a source IP. Throws a TypeError for an address that is not askable. */
export function reportRecordPages(
  context: ExtractContext,
  request: RecordsRequest,
  watch: Pick<Listing, 'isEnough' | 'mayEnd' | 'jump'>,
): AsyncGenerator<PageItem> {
  const { monitor_id, ip_address, fingerprint, form, since, firstPage } = request;
  return scopePages(context, {
    scope: { stream: 'report_records', monitor_id, ip: ip_address },
    segments: [ROOT, monitor_id, 'report', ip_address],
    filter: since === null ? formFilter(form) : { date_from: since },
    fingerprint,
    keyOf: (row) => keyOf(textField(row, 'id'), textField(row, 'created_at')),
    firstPage,
    ...watch,
  });
}

/** One id on two days is two records. */
function keyOf(id: string | null, createdAt: string | null): string | null {
  return id === null ? null : `${id} ${createdAt}`;
}
