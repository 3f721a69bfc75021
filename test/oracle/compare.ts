import { SHAPES } from './cell-type.ts';
import { comparable } from './comparable.ts';
import { type Cell, keyOf, type Row, type Tables } from './row.ts';

/** Keys of the tables in the oracle's form, where they are not the contract's. */
const TOLD_KEYS: Record<string, readonly string[]> = {
  monitor_history: ['monitor_id', 'version'],
  meta_quarantine: ['run_id', 'stream', 'level', 'path'],
};

/**
 * Throws unless both have the same rows, in any order; the message names the first difference: table, key, column,
 * expected and got. A column that only one side has is a difference too, unless it is ignored.
 */
export function expectSameRows(
  actual: readonly Row[],
  expected: readonly Row[],
  key: readonly string[],
  ignoredColumns: readonly string[] = [],
  table = 'rows',
): void {
  const got = byKey(actual, key, `${table}, got`);
  const wanted = byKey(expected, key, `${table}, expected`);
  const keys = [...new Set([...got.keys(), ...wanted.keys()])].sort();
  const counts = `${wanted.size} rows expected, ${got.size} got`;
  for (const each of keys) {
    const [a, b] = [got.get(each), wanted.get(each)];
    const place = `${table} ${key.join(', ')} = ${each}`;
    if (b === undefined) throw new Error(`${place}: is not expected (${counts}): ${showRow(a ?? {})}`);
    if (a === undefined) throw new Error(`${place}: is missing (${counts}): ${showRow(b)}`);
    compareRow(a, b, ignoredColumns, place);
  }
}

/**
 * Compares all that the oracle tells with published tables (as read by readDuckDb or readParquet). Tables that only
 * one side has are passed over: Parquet lacks some. `ignored` names columns of any table, such as `_run_id`.
 */
export function expectSameTables(published: Tables, expected: Tables, ignored: readonly string[] = []): void {
  const actual = comparable(published);
  for (const [table, rows] of Object.entries(expected)) {
    const got = actual[table];
    const key = TOLD_KEYS[table] ?? SHAPES.find(({ name }) => name === table)?.key ?? [];
    if (got !== undefined) expectSameRows(got, rows, key, ignored, table);
  }
}

/** Throws unless two readings of a version (DuckDB and Parquet) have the same cells in all tables that both have. */
export function expectSameReadings(one: Tables, other: Tables): void {
  for (const { name, key } of SHAPES) {
    const [a, b] = [one[name], other[name]];
    if (a !== undefined && b !== undefined) expectSameRows(a, b, key, [], name);
  }
}

function byKey(rows: readonly Row[], key: readonly string[], what: string): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const text = keyOf(row, key);
    if (found.has(text)) throw new Error(`${what}: two rows with ${key.join(', ')} = ${text}`);
    found.set(text, row);
  }
  return found;
}

function compareRow(actual: Row, expected: Row, ignored: readonly string[], place: string): void {
  for (const column of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const [a, b] = [actual[column], expected[column]];
    if (ignored.includes(column) || a === b) continue;
    throw new Error(`${place}, ${column}:\n  expected ${show(b)}\n  got      ${show(a)}`);
  }
}

function show(cell: Cell | undefined): string {
  if (cell === undefined) return 'no such column';
  return typeof cell === 'bigint' ? `${cell}n` : JSON.stringify(cell);
}

function showRow(row: Row): string {
  const cells = Object.entries(row).map(([column, cell]) => `${column}: ${show(cell)}`);
  return `{ ${cells.join(', ')} }`;
}
