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

/** A monitor's aggregated report: one row a source IP. */
export function aggregatedReportPages(
  context: ExtractContext,
  monitor_id: string,
  form: AggregatedForm,
  isWanted: NonNullable<Listing['isWanted']> = () => true,
): AsyncGenerator<PageItem> {
  return scopePages(context, {
    scope: { stream: 'aggregated_reports', monitor_id, ip: null },
    segments: [ROOT, monitor_id, 'report'],
    filter: formFilter(form),
    keyOf: (row) => textField(row, 'ip_address'),
    isWanted,
  });
}
