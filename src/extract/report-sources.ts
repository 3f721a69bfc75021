import type { SourcesForm } from '../contract/knowledge.ts';
import type { ExtractContext } from './context.ts';
import type { ErrorBody } from './envelope.ts';
import { ROOT } from './monitors.ts';
import type { PageItem } from './pagination.ts';
import { textField } from './row-fields.ts';
import { scopePages } from './scope-pages.ts';

/** Days before the snapshot's day that the dated form covers, so that it covers 30. */
const DAYS_BEFORE = 29;

const DAY_MS = 86_400_000;

/** A monitor's reporters in a form; `snapshotDay` is the ISO date of the run's snapshots. */
export function reportSourcePages(
  context: ExtractContext,
  monitor_id: string,
  form: SourcesForm,
  snapshotDay: string,
): AsyncGenerator<PageItem> {
  return scopePages(context, {
    scope: { stream: 'report_sources', monitor_id, ip: null },
    segments: [ROOT, monitor_id, 'report-sources'],
    filter: form === 'dated' ? datesUpTo(snapshotDay) : {},
    keyOf: (row) => textField(row, 'report_source'),
    isUnpaged: true,
  });
}

/** The window of the dated form. */
export function datesUpTo(snapshotDay: string): { date_from: string; date_to: string } {
  const from = new Date(Date.parse(snapshotDay) - DAYS_BEFORE * DAY_MS);
  return { date_from: from.toISOString().slice(0, 10), date_to: snapshotDay };
}

/** Whether a refusal is for want of dates. */
export function wantsDates(status: number, { message, errors }: ErrorBody): boolean {
  return status === 422 && (Object.hasOwn(errors, 'date_from') || message.includes('date_from'));
}
