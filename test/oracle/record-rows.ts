import { describeIp } from './ip.ts';
import { type Findings, Item, readItem } from './item.ts';
import { isKnown } from './known-words.ts';
import { isMute, membersOrOne } from './lists.ts';
import { type RecordDay, readRecordDay } from './moments.ts';
import { readOverride } from './overrides.ts';
import { isObject, readAligned, readCount, readId, readRate } from './readings.ts';
import type { Row } from './row.ts';
import { hostName, lowerText, plainText, upperText } from './spellings.ts';

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
    ip_domain: item.text('ip_domain', hostName),
    total_volume: item.read('total_volume', ['number', 'string'], readCount),
    dmarc_pass_rate: item.read('passed_dmarc', ['number', 'string'], readRate),
    spf_pass_rate: item.read('passed_spf', ['number', 'string'], readRate),
    dkim_pass_rate: item.read('passed_dkim', ['number', 'string'], readRate),
    spf_aligned: item.read('aligned_spf', ['boolean', 'number', 'string'], readAligned),
    dkim_aligned: item.read('aligned_dkim', ['boolean', 'number', 'string'], readAligned),
    spf_domain: item.text('spf_domain', hostName),
    dkim_domain: item.text('dkim_domain', hostName),
    applied_policy: knownWord(item, 'applied_policy'),
    ...readOverride(item),
    domain: item.text('domain', hostName),
    country: item.text('country', plainText),
    country_code: item.text('country_code', upperText),
    city: item.text('city', plainText),
    report_source: item.text('report_source', lowerText),
    extra: item.extra(),
  };
}

function knownWord(item: Item, name: string, vocabulary = name): string | null {
  const text = item.text(name, lowerText);
  if (!isKnown(vocabulary, text)) item.note(name, 'enum');
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
  const entries = membersOrOne(raw);
  if (entries === null) {
    item.quarantine(name);
    item.note(name, 'type');
    return [];
  }
  return entries.flatMap((entry, position): Row[] => {
    if (!isObject(entry)) {
      item.quarantine(name);
      item.note(name, 'type');
      return [];
    }
    if (isMute(entry, ['type'])) return [];
    return [{ ...key, report_date, auth_type, position, ...authOf(item, name, entry) }];
  });
}

function authOf(record: Item, name: string, fields: object): Row {
  const entry = new Item(record.stream, fields, `${name}.`);
  entry.take('type');
  const result = knownWord(entry, 'result', name);
  const row = { domain: entry.text('domain', hostName), selector: entry.text('selector', lowerText), result };
  const extra = entry.extra();
  record.absorb(entry);
  return { ...row, extra };
}
