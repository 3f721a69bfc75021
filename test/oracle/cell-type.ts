import { TABLES } from '../../src/contract/tables.ts';
import type { Cell } from './row.ts';

/** The contract's types under the names that Arrow gives them. */
const FORMS: Record<string, (cell: unknown) => boolean> = {
  Utf8: (cell) => typeof cell === 'string',
  Bool: (cell) => typeof cell === 'boolean',
  Int32: (cell) => Number.isInteger(cell),
  Int64: (cell) => typeof cell === 'bigint',
  Float64: (cell) => typeof cell === 'number',
  'Date32<DAY>': (cell) => typeof cell === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(cell),
  'Timestamp<MICROSECOND, UTC>': (cell) =>
    typeof cell === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/.test(cell),
};

/** A contract's table, as far as reading back needs it. */
export interface TableShape {
  readonly name: string;
  readonly key: readonly string[];
  readonly partitionColumn: string | null;
  readonly inParquet: boolean;
  /** Names of the columns in their order, with the name of the Arrow type. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The shapes of all tables of the contract. */
export const SHAPES: readonly TableShape[] = TABLES.map((table) => ({
  name: table.name,
  key: table.key,
  partitionColumn: table.partitionColumn,
  inParquet: table.inParquet,
  columns: new Map(table.schema.fields.map((field) => [field.name, String(field.type)])),
}));

/** Throws unless a file or table has the contract's columns in their order. */
export function checkColumns(shape: TableShape, found: readonly string[], where: string): void {
  const wanted = [...shape.columns.keys()].join(', ');
  if (found.join(', ') !== wanted) {
    throw new Error(`${where}: columns\n  expected ${wanted}\n  got      ${found.join(', ')}`);
  }
}

/** The cell, if it has the form of its column's type; throws otherwise. */
export function checkedCell(shape: TableShape, column: string, cell: unknown, where: string): Cell {
  if (cell === null || cell === undefined) return null;
  const type = shape.columns.get(column) ?? '';
  if (FORMS[type]?.(cell) !== true) {
    throw new Error(`${where}: ${column} should be ${type} and is ${typeof cell} ${String(cell)}`);
  }
  return cell as Cell;
}
