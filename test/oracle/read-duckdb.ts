import {
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
} from '@duckdb/node-api';
import { checkColumns, checkedCell, SHAPES, type TableShape } from './cell-type.ts';
import { dayText, momentText } from './moments.ts';
import type { Row, Tables } from './row.ts';

/**
 * Every table of the contract in a published DuckDB file. Opens it read-only and closes it. Throws if a table lacks,
 * or has other columns or types than the contract says.
 */
export async function readDuckDb(path: string): Promise<Tables> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '2' });
  try {
    const connection = await instance.connect();
    try {
      const tables: Tables = {};
      for (const shape of SHAPES) tables[shape.name] = await readTable(connection, shape);
      return tables;
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
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
