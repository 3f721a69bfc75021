import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { expect, test } from 'vitest';
import { parameters } from '../../src/contract/parameters.ts';
import { TABLES } from '../../src/contract/tables.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { parquetPath, writeParquet, writingThreads } from '../../src/load/parquet.ts';
import { newOut } from './out-fixture.ts';

const ROWS = 150_000;

test('a row group holds as many rows as a thread may hold in memory, and no row is lost between two', async () => {
  const { root } = await newOut();
  const database = await openDatabase(':memory:', { threads: 1 });
  await createTables(database);
  await database.run(`INSERT INTO parameters (name, value) SELECT range, range FROM range(${ROWS})`);
  await writeParquet(database, nodeFileSystem, root, parameters, null);
  database.close();
  const { row_groups } = await parquetMetadataAsync(
    await asyncBufferFromFile(join(root, parquetPath(parameters, null))),
  );
  const sizes = row_groups.map(({ num_rows }) => Number(num_rows));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(61_440);
  expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(ROWS);
});

test.each([
  { memoryBytes: 208e6, threads: 2, expected: 1 },
  { memoryBytes: 536e6, threads: 2, expected: 1 },
  { memoryBytes: 538e6, threads: 1, expected: 1 },
  { memoryBytes: 538e6, threads: 2, expected: 2 },
  { memoryBytes: 2e9, threads: 8, expected: 4 },
])('with $memoryBytes bytes and $threads threads, tables of 32 columns are written by $expected', (given) => {
  expect(Math.max(...TABLES.map(({ schema }) => schema.fields.length))).toBe(32);
  expect(writingThreads(given)).toBe(given.expected);
});
