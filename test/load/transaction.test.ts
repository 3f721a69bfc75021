import { expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/load/database.ts';

async function countAfter(work: (database: Database) => Promise<void>): Promise<bigint> {
  const database = await openDatabase(':memory:');
  await database.run('CREATE TABLE t (n INTEGER PRIMARY KEY)');
  await expect(database.transaction(() => work(database))).rejects.toThrow();
  const [row] = await database.rows('SELECT COUNT(*) AS count FROM t');
  database.close();
  return row?.count as bigint;
}

test.each([
  ['a constraint', 'INSERT INTO t VALUES (1)'],
  ['a value that does not fit', "INSERT INTO t SELECT CAST('x' AS INTEGER)"],
  ['a table that is not there', 'INSERT INTO nowhere VALUES (1)'],
])('an error in a transaction leaves nothing of it: %s', async (_, bad) => {
  const count = await countAfter(async (database) => {
    await database.run('INSERT INTO t VALUES (1)');
    await database.run(bad);
    await database.run('INSERT INTO t VALUES (2)');
  });
  expect(count).toBe(0n);
});

test('a commit that fails is told, though statements before it were caught', async () => {
  const count = await countAfter(async (database) => {
    await database.run('INSERT INTO t VALUES (1)');
    await database.run('INSERT INTO t VALUES (1)').catch(() => undefined);
  });
  expect(count).toBe(0n);
});
