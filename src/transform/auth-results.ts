import { listOf } from '../json-list.ts';
import { domainForm, wordForm } from '../text-forms.ts';
import { AUTH_RESULTS } from './enumerations.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { type Item, openNested, stepTo } from './item.ts';
import { quarantineValue } from './quarantine.ts';
import { readWord, textReader } from './read-field.ts';
import { type Fields, isFields, wrongType } from './readings.ts';

/** `type` only repeats which array an entry stands in. */
const FIELDS = new KnownFields(['type', 'result', 'domain', 'selector']);

const TEXTS = {
  domain: textReader('domain', domainForm),
  selector: textReader('selector', wordForm),
};

const ARRAYS = { spf: 'spf_auth', dkim: 'dkim_auth' } as const;

/** The record that auth results belong to. */
export interface AuthenticatedRecord {
  readonly recordId: string;
  /** Days since 1970-01-01. */
  readonly reportDay: number;
}

/**
 * Stages every entry of a record's `spf_auth` or `dkim_auth` under its position, and an object in place of a list as
 * its only entry. What is no entry is quarantined; an entry that tells nothing has no row.
 */
export function stageAuthResults(item: Item, type: 'spf' | 'dkim', record: AuthenticatedRecord): void {
  const name = ARRAYS[type];
  const given = item.fields[name] ?? null;
  if (given === null) return;
  const entries = listOf(given);
  if (entries === null) {
    if (isFields(given)) stageEntry(openNested(item, name, null, given), type, 0, record);
    else quarantineValue(item, stepTo(name), given, wrongType('an array', given));
    return;
  }
  for (const [position, entry] of entries.entries()) {
    if (isFields(entry)) stageEntry(openNested(item, name, position, entry), type, position, record);
    else quarantineValue(item, `.${name}[${position}]`, entry, wrongType('an object', entry));
  }
}

function stageEntry(
  entry: Item,
  type: 'spf' | 'dkim',
  position: number,
  { recordId, reportDay }: AuthenticatedRecord,
): void {
  if (tellsNothing(entry.fields)) return;
  keepUnknownFields(entry, FIELDS);
  const result = readWord(entry, 'result', AUTH_RESULTS[type]);
  const { attempt, collection } = entry.answer;
  collection.rows.append('auth_results', {
    record_id: recordId,
    report_date: reportDay,
    auth_type: type,
    position,
    domain: TEXTS.domain(entry),
    selector: TEXTS.selector(entry),
    result,
    extra: extraText(entry),
    _seq: attempt.seq,
    _item: entry.position,
  });
}

function tellsNothing(fields: Fields): boolean {
  if ((fields.result ?? null) !== null) return false;
  return Object.entries(fields).every(([name, value]) => name === 'type' || value === null);
}
