import { domainForm, tidy } from '../text-forms.ts';
import { type DmarcPolicy, parseDmarcRecord } from './dmarc-policy.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { readBoolean, readId } from './fields.ts';
import { type Item, keepExtra, openNested, stepTo } from './item.ts';
import { quarantineRow, quarantineValue } from './quarantine.ts';
import { readField, readSentText, readText } from './read-field.ts';
import { type Fields, isFields, isUnreadable, wrongType } from './readings.ts';
import { readTimestamp } from './timestamps.ts';

const FIELDS = new KnownFields([
  'id',
  'dmarc_record',
  'wanted_dmarc_record',
  'dmarc_valid',
  'dmarc_record_checked_at',
  'spf_record',
  'spf_status',
  'created_at',
  'updated_at',
  'domain',
]);
const DOMAIN_FIELDS = new KnownFields(['id', 'name', 'created_at', 'updated_at']);
const NO_FIELDS: Fields = {};

/** Stages a monitor and its two parsed DMARC records. False: the item was quarantined whole. */
export function stageMonitor(item: Item): boolean {
  keepUnknownFields(item, FIELDS);
  const given = item.fields.id;
  const id = readId(given);
  if (isUnreadable(id)) {
    quarantineRow(item, 'id', given, id);
    return false;
  }
  const own = {
    dmarc_record: readSentText(item, 'dmarc_record'),
    wanted_dmarc_record: readSentText(item, 'wanted_dmarc_record'),
    dmarc_valid: readField(item, 'dmarc_valid', readBoolean),
    dmarc_record_checked_at: readField(item, 'dmarc_record_checked_at', readTimestamp),
    spf_record: readSentText(item, 'spf_record'),
    spf_status: readText(item, 'spf_status', tidy),
    created_at: readField(item, 'created_at', readTimestamp),
    updated_at: readField(item, 'updated_at', readTimestamp),
  };
  const domain = readDomain(item);
  const { attempt, collection } = item.answer;
  collection.rows.append('monitors', {
    monitor_id: id,
    domain_id: domain.id,
    domain_name: domain.name,
    ...own,
    domain_created_at: domain.createdAt,
    domain_updated_at: domain.updatedAt,
    extra: extraText(item),
    _seq: attempt.seq,
    _item: item.position,
  });
  stagePolicy(item, id, 'published', parseDmarcRecord(own.dmarc_record));
  stagePolicy(item, id, 'wanted', parseDmarcRecord(own.wanted_dmarc_record));
  return true;
}

/** The monitor's domain; all null where the API tells none. */
function readDomain(item: Item) {
  const domain = openNested(item, 'domain', null, domainFields(item));
  keepUnknownFields(domain, DOMAIN_FIELDS);
  const read = {
    id: readSentText(domain, 'id'),
    name: readText(domain, 'name', domainForm),
    createdAt: readField(domain, 'created_at', readTimestamp),
    updatedAt: readField(domain, 'updated_at', readTimestamp),
  };
  if (domain.extra !== null) keepExtra(item, 'domain', domain.extra);
  return read;
}

function domainFields(item: Item): Fields {
  const given = item.fields.domain ?? null;
  if (isFields(given)) return given;
  if (given !== null) quarantineValue(item, stepTo('domain'), given, wrongType('an object', given));
  return NO_FIELDS;
}

function stagePolicy(item: Item, monitorId: string, kind: 'published' | 'wanted', policy: DmarcPolicy): void {
  const { attempt, collection } = item.answer;
  collection.rows.append('dmarc_policies', {
    monitor_id: monitorId,
    kind,
    ...policy,
    extra: null,
    _seq: attempt.seq,
    _item: item.position,
  });
}
