import { codeForm, domainForm, tidy } from '../text-forms.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { readBoolean, readCount, readTextKey } from './fields.ts';
import { describeIp } from './ip-address.ts';
import type { Item } from './item.ts';
import { quarantineRow } from './quarantine.ts';
import { readRate } from './rates.ts';
import { readField, textReader } from './read-field.ts';
import { isFields, isUnreadable, ownValue, readOrNull } from './readings.ts';

const FIELDS = new KnownFields([
  'ip_address',
  'total_volume',
  'passed_dmarc',
  'passed_spf',
  'passed_dkim',
  'domain',
  'country',
  'country_code',
  'city',
  'is_favorite',
]);

const TEXTS = {
  domain: textReader('domain', domainForm),
  country: textReader('country', tidy),
  country_code: textReader('country_code', codeForm),
  city: textReader('city', tidy),
};

/** What the planning of detail requests needs of an aggregated row; the same values as the staged row has. */
export interface ListedRow {
  /** `''` where there is none. */
  readonly ip_address: string;
  readonly total_volume_as_of: number | null;
  readonly dmarc_pass_rate: number | null;
  readonly spf_pass_rate: number | null;
  readonly dkim_pass_rate: number | null;
}

/** Reads an item of an aggregated report for the planning; null where {@link stageAggregatedReport} quarantines it whole. */
export function readListedRow(row: unknown): ListedRow | null {
  if (!isFields(row)) return null;
  const address = readTextKey(ownValue(row, 'ip_address'));
  if (isUnreadable(address)) return null;
  return {
    ip_address: address,
    total_volume_as_of: readOrNull(row, 'total_volume', readCount),
    dmarc_pass_rate: readOrNull(row, 'passed_dmarc', readRate),
    spf_pass_rate: readOrNull(row, 'passed_spf', readRate),
    dkim_pass_rate: readOrNull(row, 'passed_dkim', readRate),
  };
}

/** Stages a source IP of a snapshot. False: the item was quarantined whole. */
export function stageAggregatedReport(item: Item): boolean {
  keepUnknownFields(item, FIELDS);
  const given = item.fields.ip_address;
  const address = readTextKey(given);
  if (isUnreadable(address)) {
    quarantineRow(item, 'ip_address', given, address);
    return false;
  }
  const { attempt, collection } = item.answer;
  const ip = describeIp(address);
  collection.rows.append('aggregated_reports', {
    ip_address: address,
    ip_canonical: ip.canonical,
    ip_version: ip.version,
    ip_scope: ip.scope,
    total_volume_as_of: readField(item, 'total_volume', readCount),
    dmarc_pass_rate: readField(item, 'passed_dmarc', readRate),
    spf_pass_rate: readField(item, 'passed_spf', readRate),
    dkim_pass_rate: readField(item, 'passed_dkim', readRate),
    domain: TEXTS.domain(item),
    country: TEXTS.country(item),
    country_code: TEXTS.country_code(item),
    city: TEXTS.city(item),
    is_favorite: isToldFavorite(item) ? readField(item, 'is_favorite', readBoolean) : false,
    extra: extraText(item),
    _seq: attempt.seq,
    _item: item.position,
  });
  return true;
}

/** The API leaves the field out where an IP is no favourite. */
function isToldFavorite({ fields }: Item): boolean {
  return (fields.is_favorite ?? null) !== null;
}
