import { wordForm } from '../text-forms.ts';
import { extraText, KnownFields, keepUnknownFields } from './extra.ts';
import { readCount, readTextKey } from './fields.ts';
import type { Item } from './item.ts';
import { quarantineRow } from './quarantine.ts';
import { formOf, readField } from './read-field.ts';
import { isUnreadable } from './readings.ts';

const FIELDS = new KnownFields(['report_source', 'reports']);

/** Stages a reporter of a snapshot. False: the item was quarantined whole. */
export function stageReportSource(item: Item): boolean {
  keepUnknownFields(item, FIELDS);
  const given = item.fields.report_source;
  const source = readTextKey(given);
  if (isUnreadable(source)) {
    quarantineRow(item, 'report_source', given, source);
    return false;
  }
  const { attempt, collection } = item.answer;
  collection.rows.append('report_sources', {
    report_source: formOf(item, 'report_source', source, wordForm),
    reports_as_of: readField(item, 'reports', readCount),
    extra: extraText(item),
    _seq: attempt.seq,
    _item: item.position,
  });
  return true;
}
