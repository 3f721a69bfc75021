import { describeIp } from './ip.ts';
import { type Findings, Item, isObject, readItem } from './item.ts';
import { isKnown } from './known-words.ts';
import { type RecordDay, readRecordDay } from './moments.ts';
import { readAligned, readCount, readId, readRate } from './readings.ts';
import type { Row } from './row.ts';

/** What a detail record becomes. */
export interface RecordRows {
  readonly monitor_id: string;
  readonly record_id: string;
  readonly record: Row;
  readonly auths: readonly Row[];
}

/** Where a record was served: the details of which IP, on which UTC day. */
export interface Whereabouts {
  readonly monitor_id: string;
  readonly requested_ip: string;
  readonly receiptDay: string;
}

/** The rows of a detail record; null = quarantined whole. */
export function readRecord(where: Whereabouts, raw: unknown, findings: Findings): RecordRows | null {
  return readItem('report_records', raw, findings, (item) => {
    const record_id = item.key('id', ['string', 'number'], readId);
    const day = item.key('created_at', ['string'], (sent) => readRecordDay(sent, where.receiptDay));
    if (record_id === null || day === null) return null;
    const { monitor_id } = where;
    const key = { monitor_id, record_id };
    const auths = (['spf', 'dkim'] as const).flatMap((type) => authsOf(item, type, key, day.report_date));
    return { ...key, record: rowOf(where, record_id, day, item), auths };
  });
}

function rowOf(where: Whereabouts, record_id: string, day: RecordDay, item: Item): Row {
  const { monitor_id, requested_ip } = where;
  const ip_address = item.text('ip_address');
  return {
    monitor_id,
    record_id,
    requested_ip,
    ip_address,
    ...describeIp(ip_address ?? requested_ip),
    ...day,
    ip_domain: item.text('ip_domain'),
    total_volume: item.read('total_volume', ['number', 'string'], readCount),
    dmarc_pass_rate: item.read('passed_dmarc', ['number', 'string'], readRate),
    spf_pass_rate: item.read('passed_spf', ['number', 'string'], readRate),
    dkim_pass_rate: item.read('passed_dkim', ['number', 'string'], readRate),
    spf_aligned: item.read('aligned_spf', ['boolean', 'number', 'string'], readAligned),
    dkim_aligned: item.read('aligned_dkim', ['boolean', 'number', 'string'], readAligned),
    spf_domain: item.text('spf_domain'),
    dkim_domain: item.text('dkim_domain'),
    applied_policy: knownText(item, 'applied_policy'),
    override_reason: knownText(item, 'override_reason'),
    override_comment: item.text('override_comment'),
    domain: item.text('domain'),
    country: item.text('country'),
    country_code: item.text('country_code'),
    city: item.text('city'),
    report_source: item.text('report_source'),
    extra: item.extra(),
  };
}

function knownText(item: Item, name: string): string | null {
  const text = item.text(name);
  if (!isKnown(name, text)) item.note(name, 'enum');
  return text;
}

function authsOf(
  item: Item,
  auth_type: 'spf' | 'dkim',
  key: { monitor_id: string; record_id: string },
  report_date: string,
): Row[] {
  const name = `${auth_type}_auth`;
  const raw = item.take(name);
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) {
    item.quarantine(name);
    item.note(name, 'type');
    return [];
  }
  return raw.flatMap((entry: unknown, position): Row[] => {
    if (!isObject(entry)) {
      item.quarantine(name);
      item.note(name, 'type');
      return [];
    }
    return [{ ...key, report_date, auth_type, position, ...authOf(item, name, entry) }];
  });
}

function authOf(record: Item, name: string, fields: object): Row {
  const entry = new Item(record.stream, fields, `${name}.`);
  entry.take('type');
  const result = entry.text('result');
  if (!isKnown(name, result)) entry.note('result', 'enum');
  const row = { domain: entry.text('domain'), selector: entry.text('selector'), result };
  const extra = entry.extra();
  record.absorb(entry);
  return { ...row, extra };
}
