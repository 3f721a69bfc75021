import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import { digestTables } from '../../src/load/content-hash.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { writeTables } from '../../src/load/write-tables.ts';
import { newOut } from './out-fixture.ts';

test('tables are written by as many threads as are of use, and DuckDB has all of its own again afterwards', async () => {
  const { root } = await newOut();
  const database = await openDatabase(':memory:', { threads: 2 });
  await createTables(database);
  const told: string[] = [];
  const watched: Database = {
    path: database.path,
    run: async (sql) => {
      const [row] = await database.rows("SELECT current_setting('threads') AS threads");
      if (sql.includes('COPY')) told.push(`COPY by ${row?.threads}`);
      return database.run(sql);
    },
    rows: (sql, values) => database.rows(sql, values),
    stream: (sql) => database.stream(sql),
    append: (table, batch) => database.append(table, batch),
    flush: () => database.flush(),
    transaction: (work) => database.transaction(work),
    limit: (limits) => database.limit(limits),
    close: () => database.close(),
  };
  await writeTables(
    watched,
    {
      ...{ fileSystem: nodeFileSystem, run_id: '20251105T000000Z-0000', versionDir: root, base: null },
      ...{ limits: { memoryBytes: 208e6, threads: 2 }, runDay: '2025-11-05', warn: () => undefined },
    },
    await digestTables(database),
  );
  const [after] = await database.rows("SELECT current_setting('threads') AS threads");
  database.close();
  expect(new Set(told)).toEqual(new Set(['COPY by 1']));
  expect(after).toEqual({ threads: 2n });
});
