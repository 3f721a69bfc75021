import { type Findings, readItem } from './item.ts';
import { readCount, readKeyText } from './readings.ts';
import type { Row } from './row.ts';
import { lowerText } from './spellings.ts';

/** Columns of `report_sources` that do not depend on the day; null = quarantined whole. */
export function readSource(monitor_id: string, raw: unknown, findings: Findings): Row | null {
  return readItem('report_sources', raw, findings, (item) => {
    const sent = item.key('report_source', ['string'], readKeyText);
    if (sent === null) return null;
    const report_source = lowerText(sent);
    if (report_source !== sent) item.keep('report_source', sent);
    const reports_as_of = item.read('reports', ['number', 'string'], readCount);
    return { monitor_id, report_source, reports_as_of, extra: item.extra() };
  });
}
