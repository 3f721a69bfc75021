import type { ExtractContext } from './context.ts';
import type { PageItem } from './pagination.ts';
import { isAskable } from './request-path.ts';
import { anyField, textField } from './row-fields.ts';
import { scopePages } from './scope-pages.ts';

/** First segment of every path of the API's DMARC part. */
export const ROOT = 'dmarc-monitoring';

/** A monitor as far as it is needed to ask for more. */
export interface MonitorRow {
  readonly monitor_id: string;
  /** Null if the answer has none. */
  readonly domain_name: string | null;
}

/** The list of the account's monitors. */
export function monitorPages(context: ExtractContext): AsyncGenerator<PageItem> {
  return scopePages(context, {
    scope: { stream: 'monitors', monitor_id: null, ip: null },
    segments: [ROOT],
    keyOf: (row) => textField(row, 'id'),
  });
}

/** Null if the row has no id that can be asked for. */
export function readMonitorRow(row: unknown): MonitorRow | null {
  const monitor_id = textField(row, 'id');
  if (monitor_id === null || !isAskable(monitor_id)) return null;
  return { monitor_id, domain_name: textField(anyField(row, 'domain'), 'name') };
}
