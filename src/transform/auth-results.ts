import { AUTH_RESULTS } from './enumerations.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { type Item, openNested, stepTo } from './item.ts';
import { quarantineValue } from './quarantine.ts';
import { readEnumeration, readText } from './read-field.ts';
import { isFields, wrongType } from './readings.ts';

/** `type` only repeats which array an entry stands in. */
const FIELDS = new KnownFields(['type', 'result', 'domain', 'selector']);

const ARRAYS = { spf: 'spf_auth', dkim: 'dkim_auth' } as const;

/** The record that auth results belong to. */
export interface AuthenticatedRecord {
  readonly recordId: string;
  /** Days since 1970-01-01. */
  readonly reportDay: number;
}

/** Stages every entry of a record's `spf_auth` or `dkim_auth` under its position; what is no entry is quarantined. */
export function stageAuthResults(item: Item, type: 'spf' | 'dkim', record: AuthenticatedRecord): void {
  const name = ARRAYS[type];
  const entries = item.fields[name] ?? [];
  if (!Array.isArray(entries)) {
    quarantineValue(item, stepTo(name), entries, wrongType('an array', entries));
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
  keepUnknownFields(entry, FIELDS);
  const result = readEnumeration(entry, 'result', AUTH_RESULTS[type]);
  const { attempt, collection } = entry.answer;
  collection.rows.append('auth_results', {
    record_id: recordId,
    report_date: reportDay,
    auth_type: type,
    position,
    domain: readText(entry, 'domain'),
    selector: readText(entry, 'selector'),
    result,
    extra: extraText(entry),
    _seq: attempt.seq,
    _item: entry.position,
  });
}
