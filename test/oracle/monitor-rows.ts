import { parsePolicy } from './dmarc.ts';
import { type Findings, type Item, readItem } from './item.ts';
import { readFlag, readId } from './readings.ts';
import type { Row } from './row.ts';
import { hostName, plainText } from './spellings.ts';

/** What a monitor in a listing becomes. */
export interface MonitorRows {
  readonly monitor_id: string;
  /** Without is_active and the days it was seen. */
  readonly monitor: Row;
  /** published, then wanted. */
  readonly policies: readonly Row[];
}

/** The rows of a listed monitor; null = quarantined whole. */
export function readMonitor(raw: unknown, findings: Findings): MonitorRows | null {
  return readItem('monitors', raw, findings, (item) => {
    const id = item.key('id', ['string', 'number'], readId);
    return id === null ? null : rowsOf(id, item);
  });
}

function rowsOf(monitor_id: string, item: Item): MonitorRows {
  const monitor: Row = {
    monitor_id,
    dmarc_record: item.text('dmarc_record'),
    wanted_dmarc_record: item.text('wanted_dmarc_record'),
    dmarc_valid: item.read('dmarc_valid', ['boolean', 'number', 'string'], readFlag),
    dmarc_record_checked_at: item.moment('dmarc_record_checked_at'),
    spf_record: item.text('spf_record'),
    spf_status: item.text('spf_status', plainText),
    created_at: item.moment('created_at'),
    updated_at: item.moment('updated_at'),
    ...domainOf(item),
  };
  const policyOf = (kind: string, column: string): Row => ({
    monitor_id,
    kind,
    ...parsePolicy(monitor[column] as string | null),
    extra: null,
  });
  return {
    monitor_id,
    monitor: { ...monitor, extra: item.extra() },
    policies: [policyOf('published', 'dmarc_record'), policyOf('wanted', 'wanted_dmarc_record')],
  };
}

function domainOf(item: Item): Row {
  const domain = item.nested('domain');
  const row: Row = {
    domain_id: domain?.text('id') ?? null,
    domain_name: domain?.text('name', hostName) ?? null,
    domain_created_at: domain?.moment('created_at') ?? null,
    domain_updated_at: domain?.moment('updated_at') ?? null,
  };
  if (domain === null) return row;
  const unknown = domain.unknown();
  item.absorb(domain);
  if (unknown !== null) item.keep('domain', unknown);
  return row;
}
