import {
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
} from '@duckdb/node-api';
import { checkColumns, checkedCell, SHAPES, type TableShape } from './cell-type.ts';
import { dayText, momentText } from './moments.ts';
import type { Cell, Row, Tables } from './row.ts';

/**
 * Every table of the contract in a published DuckDB file. Opens it read-only and closes it. Throws if a table lacks,
 * or has other columns or types than the contract says.
 */
export function readDuckDb(path: string): Promise<Tables> {
  return withFile(path, async (connection) => {
    const tables: Tables = {};
    for (const shape of SHAPES) tables[shape.name] = await readTable(connection, shape);
    return tables;
  });
}

/** The rows of views of a published DuckDB file, by their names; a BIGINT is a number here. */
export function readViews(path: string, names: readonly string[]): Promise<Tables> {
  return withFile(path, async (connection) => {
    const views: Tables = {};
    for (const name of names) {
      const reader = await connection.runAndReadAll(`SELECT * FROM main."${name}"`);
      views[name] = reader.getRowObjects().map((row) => mapCells(row, numeric));
    }
    return views;
  });
}

async function withFile<T>(path: string, read: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '2' });
  try {
    const connection = await instance.connect();
    try {
      return await read(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function mapCells(row: Readonly<Record<string, unknown>>, map: (cell: unknown) => Cell): Row {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, map(cell)]));
}

function numeric(value: unknown): Cell {
  const cell = plain(value);
  if (typeof cell === 'bigint') return Number(cell);
  if (cell === null || ['string', 'number', 'boolean'].includes(typeof cell)) return cell as Cell;
  throw new TypeError(`a view has a cell ${String(cell)}`);
}

async function readTable(connection: DuckDBConnection, shape: TableShape): Promise<Row[]> {
  const where = `DuckDB ${shape.name}`;
  const reader = await connection.runAndReadAll(`SELECT * FROM main."${shape.name}"`);
  const names = reader.columnNames();
  checkColumns(shape, names, where);
  return reader
    .getRows()
    .map((values) =>
      Object.fromEntries(names.map((name, i) => [name, checkedCell(shape, name, plain(values[i]), where)])),
    );
}

function plain(value: unknown): unknown {
  if (value instanceof DuckDBDateValue) return dayText(value.days);
  if (value instanceof DuckDBTimestampTZValue) return momentText(value.micros);
  return value;
}
