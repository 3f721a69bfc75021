import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Dictionary } from '../../src/contract/dictionary.ts';
import { openDatabase } from '../../src/load/database.ts';
import { readDictionary } from '../../src/load/dictionary.ts';
import { DATABASE_FILE } from '../../src/load/manifest.ts';
import { inOrder, readViews } from '../../src/load/views.ts';
import { schemaDbt } from '../../src/present/schema-dbt.ts';
import { schemaDdl } from '../../src/present/schema-ddl.ts';
import type { Account } from '../run/night.ts';
import { type DbtTest, type SourcesFile, testQueries } from './dbt-tests.ts';
import { exportDemo } from './demo-dataset.ts';

let account: Account;
let dictionary: Dictionary;
let root: string;

beforeAll(async () => {
  [account, dictionary] = await Promise.all([exportDemo(), readDictionary()]);
  root = join(account.current, 'parquet');
});

afterAll(() => account?.close());

/** The rows that break a test, for every test of a sources file. */
async function broken(tests: readonly DbtTest[], path: string): Promise<string[]> {
  const database = await openDatabase(path, { readOnly: path !== ':memory:' });
  const found: string[] = [];
  for (const { name, sql } of tests) {
    const [counted] = await database.rows(`SELECT COUNT(*) AS n FROM (${sql}) AS failures`);
    if (Number(counted?.n) > 0) found.push(`${name}: ${counted?.n}`);
  }
  database.close();
  return found;
}

describe('the dbt sources', () => {
  it('of the database parse, name every table, view and column, and pass their tests', async () => {
    const sources = parse(schemaDbt(dictionary, null)) as SourcesFile;
    const named = sources.sources[0].tables.map(({ name, columns }) => [
      name,
      columns.map((column) => column.name),
    ]);
    const expected = [...dictionary.tables, ...dictionary.views].map(({ name, columns }) => [
      name,
      columns.map((column) => column.name),
    ]);
    expect(named).toEqual(expected);
    const tests = testQueries(sources);
    for (const kind of ['not_null', 'unique', 'accepted_values', 'relationships']) {
      expect([kind, tests.filter(({ name }) => name.startsWith(kind)).length > 5]).toEqual([kind, true]);
    }
    expect(await broken(tests, join(account.current, DATABASE_FILE))).toEqual([]);
  });

  it('of the Parquet files read them where they are, and pass their tests', async () => {
    const sources = parse(schemaDbt(dictionary, root)) as SourcesFile;
    const published = dictionary.tables.filter((table) => table.in_parquet);
    expect(sources.sources[0].tables.map(({ name }) => name)).toEqual(published.map(({ name }) => name));
    expect(await broken(testQueries(sources), ':memory:')).toEqual([]);
  });

  it('find what breaks them', async () => {
    const tests = testQueries(parse(schemaDbt(dictionary, null)) as SourcesFile);
    const database = await openDatabase(':memory:');
    await database.run(`
      CREATE TABLE monitors AS SELECT 'm1' AS monitor_id;
      CREATE TABLE auth_results AS SELECT * FROM (VALUES
        ('m1', 'r1', 'spf', 0), ('m1', 'r1', 'spf', 0), ('m2', 'r2', 'arc', NULL)) t(monitor_id, record_id, auth_type, position);
      CREATE TABLE report_records AS SELECT 'r1' AS record_id`);
    const failing: string[] = [];
    for (const { name, sql } of tests.filter((test) => test.name.includes(' auth_results'))) {
      const rows = await database.rows(sql);
      if (rows.length > 0) failing.push(name);
    }
    database.close();
    expect(failing).toEqual([
      'unique auth_results',
      'relationships auth_results.monitor_id',
      'relationships auth_results.record_id',
      'accepted_values auth_results.auth_type',
      'not_null auth_results.position',
    ]);
  });

  it('hold a quote and a brace in the root', () => {
    const sources = parse(schemaDbt(dictionary, "/srv/o'clock {a}/parquet/")) as SourcesFile;
    expect(sources.sources[0].tables[0]?.config?.meta?.external_location).toBe(
      "read_parquet('/srv/o''clock {{a}}/parquet/monitors/part-0.parquet')",
    );
  });

  it('tell how fresh the export is by the columns that move every night', () => {
    const sources = parse(schemaDbt(dictionary, null)) as SourcesFile;
    const watched = sources.sources[0].tables.filter(({ config }) => config?.freshness !== undefined);
    expect(watched.map(({ name, config }) => [name, config?.loaded_at_field])).toEqual([
      ['meta_runs', 'finished_at'],
      ['meta_snapshots', 'as_of'],
    ]);
  });
});

describe('the script for DuckDB', () => {
  it('makes every view over the Parquet files, with the rows of the published database', async () => {
    const views = inOrder(await readViews());
    const database = await openDatabase(':memory:');
    await database.run(schemaDdl(dictionary, views, 'duckdb', root));
    await database.run(
      `ATTACH '${join(account.current, DATABASE_FILE).replaceAll("'", "''")}' AS published (READ_ONLY)`,
    );
    for (const { name } of views) {
      await database.run(`
        CREATE OR REPLACE TEMP TABLE made AS FROM memory.main.${name};
        CREATE OR REPLACE TEMP TABLE expected AS FROM published.main.${name}`);
      const differing = await database.rows(
        '(FROM made EXCEPT ALL FROM expected) UNION ALL (FROM expected EXCEPT ALL FROM made)',
      );
      expect([name, differing]).toEqual([name, []]);
    }
    database.close();
  });
});
