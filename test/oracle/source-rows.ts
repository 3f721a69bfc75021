import { type Findings, readItem } from './item.ts';
import { readCount, readKeyText } from './readings.ts';
import type { Row } from './row.ts';

/** Columns of `report_sources` that do not depend on the day; null = quarantined whole. */
export function readSource(monitor_id: string, raw: unknown, findings: Findings): Row | null {
  return readItem('report_sources', raw, findings, (item) => {
    const report_source = item.key('report_source', ['string'], readKeyText);
    if (report_source === null) return null;
    const reports_as_of = item.read('reports', ['number', 'string'], readCount);
    return { monitor_id, report_source, reports_as_of, extra: item.extra() };
  });
}
