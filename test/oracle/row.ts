/**
 * A value of a published cell as the oracle writes it: VARCHAR as string, BOOLEAN as boolean, INTEGER and DOUBLE as
 * number, BIGINT as bigint, DATE as `YYYY-MM-DD`, TIMESTAMPTZ as `YYYY-MM-DDTHH:MM:SS.ffffffZ`.
 */
export type Cell = string | number | bigint | boolean | null;

/** A row by its column names. */
export type Row = Record<string, Cell>;

/** Rows by the names of their tables. */
export type Tables = Record<string, Row[]>;

/** The key of a row as one text: the JSON of its key cells (a bigint by its digits). */
export function keyOf(row: Row, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => showable(row[column])));
}

function showable(cell: Cell | undefined): unknown {
  return typeof cell === 'bigint' ? `${cell}n` : cell;
}
