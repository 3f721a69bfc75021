import type { Answer } from './answer.ts';
import type { DriftKind } from './drift.ts';
import type { Fields } from './readings.ts';

/** A JSON object of an item, while it is read. */
export interface Item {
  readonly answer: Answer;
  /** Position of the item in the answer, from 0. */
  readonly position: number;
  /** Where the object stands in the item: `''` = it is the item, `.domain`, `.spf_auth[1]`. */
  readonly place: string;
  readonly fields: Fields;
  /** What the row keeps in `extra`, by name; null = nothing yet. */
  extra: Map<string, unknown> | null;
}

export function openItem(answer: Answer, position: number, fields: Fields): Item {
  return { answer, position, place: '', fields, extra: null };
}

/** An object inside an item, standing at `step` of it. */
export function openNested(item: Item, step: string, fields: Fields): Item {
  return { answer: item.answer, position: item.position, place: item.place + step, fields, extra: null };
}

/** JSON path of something in the answer, array positions told. */
export function pathTo(item: Item, step: string): string {
  return `$.data[${item.position}]${item.place}${step}`;
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
  const path = `$.data[]${item.place}${step}`.replace(/\[\d+\]/g, '[]');
  collection.drift.tell({
    stream: attempt.stream,
    path,
    kind,
    value,
    seq: attempt.seq,
    item: item.position,
  });
}
