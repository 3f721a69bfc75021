import type { Answer } from './answer.ts';
import { type Item, pathTo, stepTo, tellDrift } from './item.ts';
import { cutBytes, jsonText } from './json-text.ts';
import { isFields, ownValue, type Unreadable, wrongType } from './readings.ts';

const RAW_BYTES = 64 * 1024;

/** Tells that what stands at `step` of the object could not be read; the row goes on without it. */
export function quarantineValue(item: Item, step: string, value: unknown, why: Unreadable): void {
  if (why.isTypeWrong) tellDrift(item, 'type', step, value);
  write(item.answer, item.position, pathTo(item, step), 'value', why, value);
}

/** Tells that the item has no row, because its field `name` could not be read. */
export function quarantineRow(item: Item, name: string, value: unknown, why: Unreadable): void {
  if (why.isTypeWrong) tellDrift(item, 'type', stepTo(name), value);
  write(item.answer, item.position, pathTo(item, stepTo(name)), 'row', why, item.fields);
}

/** Tells that an item has no row, because it is no object. */
export function quarantineNonObject(answer: Answer, position: number, value: unknown): void {
  tellWrongType(answer, '$.data[]', position, value);
  write(answer, position, `$.data[${position}]`, 'row', wrongType('an object', value), value);
}

/** Tells that an answer has no items, because it has no data array. */
export function quarantineBody(answer: Answer): void {
  const { body } = answer.attempt;
  const data = isFields(body) ? ownValue(body, 'data') : undefined;
  const why = isFields(body) ? wrongType('a data array', data) : wrongType('an object', body);
  tellWrongType(answer, '$', 0, body);
  write(answer, 0, '$', 'row', why, body);
}

function tellWrongType(answer: Answer, path: string, item: number, value: unknown): void {
  const { stream, seq } = answer.attempt;
  answer.collection.drift.tell({ stream, path, kind: 'type', value, seq, item });
}

function write(
  { attempt, collection }: Answer,
  item: number,
  path: string,
  level: 'row' | 'value',
  why: Unreadable,
  value: unknown,
): void {
  const text = jsonText(value);
  collection.rows.append('meta_quarantine', {
    run_id: collection.runId,
    stream: attempt.stream,
    locator: `${attempt.seq}:${item}`,
    path,
    level,
    reason: why.reason,
    raw: text === null ? null : cutBytes(text, RAW_BYTES),
    _seq: attempt.seq,
    _item: item,
  });
}
