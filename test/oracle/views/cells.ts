import type { Cell } from '../row.ts';

/** The group of what nobody told. */
export const UNKNOWN = '(unknown)';

/** A number of a cell; what is no number is null. */
export function numberOf(cell: Cell | undefined): number | null {
  return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : null;
}

/** The text of a cell; what is no text is null. */
export function textOf(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** The text without outer blanks; null if nothing is left. */
export function trimmed(cell: Cell | undefined): string | null {
  return textOf(cell)?.replace(/^ +| +$/g, '') || null;
}

/** The same with A to Z in lower case; other letters stay as they are. */
export function lowered(cell: Cell | undefined): string | null {
  return trimmed(cell)?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? null;
}

/** The same with a to z in upper case. */
export function raised(cell: Cell | undefined): string | null {
  return trimmed(cell)?.replace(/[a-z]/g, (letter) => letter.toUpperCase()) ?? null;
}

/** a / b; null if b is 0. */
export function ratio(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}

/** The sum of a measure over rows. */
export function sum<T>(rows: readonly T[], measure: (row: T) => number): number {
  return rows.reduce((total, row) => total + measure(row), 0);
}

/** Messages of rows whose verdict is known. */
export function judged(
  rows: readonly { readonly volume: number; readonly unknown_volume: number }[],
): number {
  return sum(rows, (row) => row.volume - row.unknown_volume);
}

/** The share of the messages that passed, of those whose verdict is known. */
export function passRate(
  rows: readonly { readonly volume: number; readonly unknown_volume: number; readonly pass_volume: number }[],
): number | null {
  return ratio(
    sum(rows, (row) => row.pass_volume),
    judged(rows),
  );
}

/** The share of the messages that a check passed aligned, of those of which that is known. */
export function alignedRate<T extends { readonly volume: number }>(
  rows: readonly T[],
  aligned: (row: T) => number | null,
): number | null {
  const known = rows.filter((row) => aligned(row) !== null);
  return ratio(
    sum(known, (row) => aligned(row) ?? 0),
    sum(known, (row) => row.volume),
  );
}

/** How many different values rows have. */
export function distinct<T>(rows: readonly T[], value: (row: T) => unknown): number {
  return new Set(rows.map(value)).size;
}

/** Rows by the JSON of their key, in the order of their first row. */
export function groups<T>(rows: readonly T[], key: (row: T) => readonly unknown[]): [T, ...T[]][] {
  const found = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const text = JSON.stringify(key(row));
    const group = found.get(text);
    if (group === undefined) found.set(text, [row]);
    else group.push(row);
  }
  return [...found.values()];
}

/** The last of texts by code points; null if there is none. */
export function last(texts: readonly (string | null)[]): string | null {
  return texts.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
