import { describeIp } from './ip.ts';
import { type Findings, type Item, readItem } from './item.ts';
import { readCount, readFlag, readKeyText, readRate } from './readings.ts';
import type { Row } from './row.ts';
import { hostName, plainText, upperText } from './spellings.ts';

/** Columns of `aggregated_reports` that do not depend on the day; null = quarantined whole. */
export function readAggregated(monitor_id: string, raw: unknown, findings: Findings): Row | null {
  return readItem('aggregated_reports', raw, findings, (item) => {
    const ip = item.key('ip_address', ['string'], readKeyText);
    return ip === null ? null : rowOf(monitor_id, ip, item);
  });
}

function rowOf(monitor_id: string, ip_address: string, item: Item): Row {
  const { ip_canonical, ip_version, ip_scope } = describeIp(ip_address);
  return {
    monitor_id,
    ip_address,
    ip_canonical,
    ip_version,
    ip_scope,
    total_volume_as_of: item.read('total_volume', ['number', 'string'], readCount),
    dmarc_pass_rate: item.read('passed_dmarc', ['number', 'string'], readRate),
    spf_pass_rate: item.read('passed_spf', ['number', 'string'], readRate),
    dkim_pass_rate: item.read('passed_dkim', ['number', 'string'], readRate),
    domain: item.text('domain', hostName),
    country: item.text('country', plainText),
    country_code: item.text('country_code', upperText),
    city: item.text('city', plainText),
    is_favorite: favorite(item),
    extra: item.extra(),
  };
}

/** Absent or null is false; what cannot be read is NULL. */
function favorite(item: Item): boolean | null {
  const raw = item.take('is_favorite');
  return raw === undefined || raw === null
    ? false
    : item.read('is_favorite', ['boolean', 'number', 'string'], readFlag);
}

/** What makes details of an IP worth asking for again: volume and rates in millionths. */
export function fingerprintOf(aggregated: Row): string {
  const volume = aggregated.total_volume_as_of;
  const rates = ['dmarc_pass_rate', 'spf_pass_rate', 'dkim_pass_rate'].map((name) => aggregated[name]);
  const millionths = rates.map((rate) => (typeof rate === 'number' ? (rate * 1e6).toFixed(0) : ''));
  return [typeof volume === 'bigint' ? String(volume) : '', ...millionths].join(':');
}
