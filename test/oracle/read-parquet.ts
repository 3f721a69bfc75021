import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { checkColumns, checkedCell, SHAPES, type TableShape } from './cell-type.ts';
import { dayText, momentText } from './moments.ts';
import type { Row, Tables } from './row.ts';

/** A Parquet file of a version. */
export interface ParquetFile {
  readonly table: string;
  /** `YYYY-MM-01`; null for a table of one file. */
  readonly month: string | null;
  readonly path: string;
  readonly rows: number;
}

/** What a version publishes as Parquet. */
export interface ParquetDataset {
  readonly tables: Tables;
  /** In the order of the tables and months. */
  readonly files: readonly ParquetFile[];
}

/** Days and times as text, from the numbers in the file. */
const PARSERS = {
  dateFromDays: (days: number) => dayText(days),
  timestampFromMicroseconds: (micros: bigint) => momentText(micros),
  timestampFromMilliseconds: (millis: bigint) => `${millis} ms`,
  timestampFromNanoseconds: (nanos: bigint) => `${nanos} ns`,
};

/**
 * Reads all of `versionDir/parquet` with hyparquet. Throws if a table of the contract has no file, a file's columns or
 * types are not the contract's, a row stands in another month's file, or there is a file the contract does not know.
 */
export async function readParquet(versionDir: string): Promise<ParquetDataset> {
  const root = join(versionDir, 'parquet');
  const published = SHAPES.filter(({ inParquet }) => inParquet);
  const strangers = (await readdir(root)).filter((name) => !published.some((shape) => shape.name === name));
  if (strangers.length > 0) throw new Error(`Parquet of no table: ${strangers.join(', ')}`);
  const tables: Tables = {};
  const files: ParquetFile[] = [];
  for (const shape of published) {
    const rowsOfTable: Row[] = [];
    for (const { path, month } of await filesOf(root, shape)) {
      const rows = await readFile(path, shape, month);
      for (const row of rows) rowsOfTable.push(row);
      files.push({ table: shape.name, month, path, rows: rows.length });
    }
    tables[shape.name] = rowsOfTable;
  }
  return { tables, files };
}

async function filesOf(root: string, shape: TableShape): Promise<{ path: string; month: string | null }[]> {
  const entries = await readdir(join(root, shape.name), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (paths.length === 0) throw new Error(`Parquet ${shape.name}: no file`);
  return paths.sort().map((path) => {
    const place = path.slice(join(root, shape.name).length + 1);
    const month = /^month=(\d{4}-\d{2}-01)\/part-0\.parquet$/.exec(place)?.[1] ?? null;
    const isInPlace = shape.partitionColumn === null ? place === 'part-0.parquet' : month !== null;
    if (!isInPlace) throw new Error(`Parquet ${shape.name}: unexpected file ${place}`);
    return { path, month };
  });
}

async function readFile(path: string, shape: TableShape, month: string | null): Promise<Row[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  checkColumns(shape, names, path);
  const found = await parquetReadObjects({ file, metadata, compressors, parsers: PARSERS });
  return found.map((values) => {
    const row: Row = Object.fromEntries(
      names.map((name) => [name, checkedCell(shape, name, values[name], path)]),
    );
    const date = month === null ? null : row[shape.partitionColumn ?? ''];
    if (date !== null && String(date).slice(0, 7) !== month?.slice(0, 7)) {
      throw new Error(`${path}: holds a row of ${String(date)}`);
    }
    return row;
  });
}
