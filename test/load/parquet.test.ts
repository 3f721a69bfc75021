import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { expect, test } from 'vitest';
import { parameters } from '../../src/contract/parameters.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { parquetPath, writeParquet } from '../../src/load/parquet.ts';
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
