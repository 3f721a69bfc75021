import type { Answer } from './answer.ts';
import type { DriftKind } from './drift.ts';
import type { Fields } from './readings.ts';

/** A JSON object of an item, while it is read. */
export interface Item {
  readonly answer: Answer;
  /** Position of the item in the answer, from 0. */
  readonly position: number;
  /** The field of the item that holds the object; null = the object is the item. */
  readonly within: string | null;
  /** Position in that field, from 0; null = it is no array. */
  readonly index: number | null;
  readonly fields: Fields;
  /** What the row keeps in `extra`, by name; null = nothing yet. */
  extra: Map<string, unknown> | null;
}

export function openItem(answer: Answer, position: number, fields: Fields): Item {
  return { answer, position, within: null, index: null, fields, extra: null };
}

/** An object that a field of an item is, or that stands at `index` of it. */
export function openNested(
  { answer, position }: Item,
  within: string,
  index: number | null,
  fields: Fields,
): Item {
  return { answer, position, within, index, fields, extra: null };
}

/** JSON path of something in the answer, array positions told. */
export function pathTo(item: Item, step: string): string {
  return `$.data[${item.position}]${placeOf(item)}${step}`;
}

/** Where the object stands in the item: `''` = it is the item, `.domain`, `.spf_auth[1]`. */
function placeOf({ within, index }: Item): string {
  if (within === null) return '';
  return index === null ? `.${within}` : `.${within}[${index}]`;
}

/** The step of a JSON path to a field: `.name`, or `["na me"]` where the name is no plain word. */
export function stepTo(name: string): string {
  return /^\w[\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

export function keepExtra(item: Item, name: string, value: unknown): void {
  item.extra ??= new Map();
  item.extra.set(name, value);
}

/** Tells that what stands at `step` of the object is something the contract does not know. */
export function tellDrift(item: Item, kind: DriftKind, step: string, value: unknown): void {
  const { attempt, collection } = item.answer;
  const path = `$.data[]${placeOf(item)}${step}`.replace(/\[\d+\]/g, '[]');
  collection.drift.tell({
    stream: attempt.stream,
    path,
    kind,
    value,
    seq: attempt.seq,
    item: item.position,
  });
}
