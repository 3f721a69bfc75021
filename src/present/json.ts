import { type PlainValue, plainValue } from './plain-value.ts';

/** Characters that JSON allows as they are and a terminal obeys: DEL, C1 controls, bidi marks, line separators. */
const UNSAFE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * JSON text of a value: a bigint as a number while a double holds it exactly, else as text; what is no number as
 * null. Nothing in it can steer a terminal.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(plainValue(value), replaceBigint).replaceAll(UNSAFE, escaped);
}

/** A result as a JSON array, one object a row and a line, in pieces that end with a line break. */
export function* jsonRows(
  columns: readonly { readonly name: string; readonly type: string }[],
  rows: Iterable<readonly unknown[]>,
): Generator<string> {
  const names = distinctNames(columns.map((column) => column.name)).map(jsonText);
  let before = '[\n';
  for (const row of rows) {
    const members = names.map((name, index) => `${name}:${jsonText(cell(row[index], columns[index]?.type))}`);
    yield `${before}{${members.join(',')}}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function cell(value: unknown, type: string | undefined): PlainValue {
  return plainValue(value, type);
}

/** A second column of the same name gets `:1`, as DuckDB has it: an object cannot hold both. */
function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}:${count}`;
  });
}

function replaceBigint(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
