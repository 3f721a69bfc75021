import { codeForm, domainForm, tidy, wordForm } from '../text-forms.ts';
import { type AuthenticatedRecord, stageAuthResults } from './auth-results.ts';
import { APPLIED_POLICIES } from './enumerations.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { readCount, readId } from './fields.ts';
import { describeIp } from './ip-address.ts';
import type { Item } from './item.ts';
import { readOverrideComment, readOverrideReason } from './override-reasons.ts';
import { quarantineRow } from './quarantine.ts';
import { readAligned, readRate } from './rates.ts';
import { readField, readSentText, readWord, textReader } from './read-field.ts';
import { badValue, isFields, isUnreadable, missing, ownValue, type Reading, readOrNull } from './readings.ts';
import { dayOf, parseDay, readTimestamp } from './timestamps.ts';

const FIELDS = new KnownFields([
  'id',
  'ip_address',
  'ip_domain',
  'total_volume',
  'passed_dmarc',
  'passed_spf',
  'spf_domain',
  'aligned_spf',
  'passed_dkim',
  'aligned_dkim',
  'dkim_domain',
  'created_at',
  'applied_policy',
  'override_reason',
  'override_comment',
  'domain',
  'country',
  'country_code',
  'city',
  'report_source',
  'spf_auth',
  'dkim_auth',
]);

const TEXTS = {
  ip_domain: textReader('ip_domain', domainForm),
  spf_domain: textReader('spf_domain', domainForm),
  dkim_domain: textReader('dkim_domain', domainForm),
  domain: textReader('domain', domainForm),
  country: textReader('country', tidy),
  country_code: textReader('country_code', codeForm),
  city: textReader('city', tidy),
  report_source: textReader('report_source', wordForm),
};

/** No DMARC report is older than DMARC. */
const EARLIEST_DAY = parseDay('2012-01-01') ?? 0;
/** How far past the day of receipt a record may be dated: reporters' clocks and time zones differ. */
const DAYS_AHEAD = 2;

/** What the extraction needs of a record to know when nothing is missing. */
export interface RecordVolume {
  readonly record_id: string;
  /** UTC day of the record, as days since 1970-01-01: an id can stand for a record of each of two days. */
  readonly report_day: number;
  /** Null if it cannot be read. */
  readonly total_volume: number | null;
}

/**
 * Reads an item of a details answer received on `receivedDay` (days since 1970-01-01); null where
 * {@link stageReportRecord} quarantines it whole.
 */
export function readRecordVolume(row: unknown, receivedDay: number): RecordVolume | null {
  if (!isFields(row)) return null;
  const id = readId(ownValue(row, 'id'));
  const createdAt = readRecordDate(ownValue(row, 'created_at'), receivedDay);
  if (isUnreadable(id) || isUnreadable(createdAt)) return null;
  const total_volume = readOrNull(row, 'total_volume', readCount);
  return { record_id: id, report_day: dayOf(createdAt), total_volume };
}

/** Stages a detail record and its auth results. False: the item was quarantined whole. */
export function stageReportRecord(item: Item): boolean {
  keepUnknownFields(item, FIELDS);
  const givenId = item.fields.id;
  const id = readId(givenId);
  if (isUnreadable(id)) {
    quarantineRow(item, 'id', givenId, id);
    return false;
  }
  const givenDate = item.fields.created_at;
  const createdAt = readRecordDate(givenDate, item.answer.receivedDay);
  if (isUnreadable(createdAt)) {
    quarantineRow(item, 'created_at', givenDate, createdAt);
    return false;
  }
  const record = { recordId: id, reportDay: dayOf(createdAt) };
  stageRecord(item, record, createdAt);
  stageAuthResults(item, 'spf', record);
  stageAuthResults(item, 'dkim', record);
  return true;
}

/** A record's time stamp: without a believable day there is no partition to put it in. */
function readRecordDate(given: unknown, receivedDay: number): Reading<bigint> {
  if (given === undefined || given === null) return missing('an ISO 8601 time stamp');
  const micros = readTimestamp(given);
  if (isUnreadable(micros)) return micros;
  const day = dayOf(micros);
  const isBelievable = day >= EARLIEST_DAY && day <= receivedDay + DAYS_AHEAD;
  return isBelievable ? micros : badValue(`a day from 2012-01-01 to ${DAYS_AHEAD} days after receipt`, given);
}

function stageRecord(item: Item, { recordId, reportDay }: AuthenticatedRecord, createdAt: bigint): void {
  const { attempt, collection } = item.answer;
  const address = readSentText(item, 'ip_address');
  const ip = describeIp(address ?? attempt.ip ?? '');
  collection.rows.append('report_records', {
    record_id: recordId,
    ip_address: address,
    ip_canonical: ip.canonical,
    ip_version: ip.version,
    ip_network: ip.network,
    ip_scope: ip.scope,
    report_date: reportDay,
    report_day: reportDay,
    created_at: createdAt,
    ip_domain: TEXTS.ip_domain(item),
    total_volume: readField(item, 'total_volume', readCount),
    dmarc_pass_rate: readField(item, 'passed_dmarc', readRate),
    spf_pass_rate: readField(item, 'passed_spf', readRate),
    dkim_pass_rate: readField(item, 'passed_dkim', readRate),
    spf_aligned: readField(item, 'aligned_spf', readAligned),
    dkim_aligned: readField(item, 'aligned_dkim', readAligned),
    spf_domain: TEXTS.spf_domain(item),
    dkim_domain: TEXTS.dkim_domain(item),
    applied_policy: readWord(item, 'applied_policy', APPLIED_POLICIES),
    override_reason: readOverrideReason(item),
    override_comment: readOverrideComment(item),
    domain: TEXTS.domain(item),
    country: TEXTS.country(item),
    country_code: TEXTS.country_code(item),
    city: TEXTS.city(item),
    report_source: TEXTS.report_source(item),
    extra: extraText(item),
    _seq: attempt.seq,
    _item: item.position,
  });
}
