import type { AggregatedForm } from '../contract/knowledge.ts';
import type { ExtractContext } from './context.ts';
import { ROOT } from './monitors.ts';
import type { Listing, PageItem } from './pagination.ts';
import { textField } from './row-fields.ts';
import { scopePages } from './scope-pages.ts';

/** No DMARC report is older than DMARC. */
const EARLY_DATE = '2012-01-01';

/** The query of a form: `early` asks for all there ever was. */
export function formFilter(form: AggregatedForm): Readonly<Record<string, string>> {
  return form === 'early' ? { date_from: EARLY_DATE } : {};
}

/** How a monitor's aggregated report is asked for, and what is known of it. */
export interface AggregatedRequest extends Pick<Listing, 'isWanted' | 'onAssumedEnd'> {
  readonly monitor_id: string;
  readonly form: AggregatedForm;
  /** Rows of its newest complete listing; 0 = none is known. */
  readonly knownRows: number;
}

/** A monitor's aggregated report: one row a source IP. */
export function aggregatedReportPages(
  context: ExtractContext,
  { monitor_id, form, knownRows, ...watch }: AggregatedRequest,
): AsyncGenerator<PageItem> {
  return scopePages(context, {
    scope: { stream: 'aggregated_reports', monitor_id, ip: null },
    segments: [ROOT, monitor_id, 'report'],
    filter: formFilter(form),
    keyOf: (row) => textField(row, 'ip_address'),
    // As many as before, on a page that is smaller than one that the API gave tonight: neither cut nor thinned out.
    mayEnd: (rows, ofPage) => rows === knownRows && ofPage < context.sizes.largest,
    ...watch,
  });
}
