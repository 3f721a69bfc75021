import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Dictionary } from '../../src/contract/dictionary.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { readDictionary } from '../../src/load/dictionary.ts';
import { DATABASE_FILE } from '../../src/load/manifest.ts';
import { literal } from '../../src/load/sql-text.ts';
import { inOrder, readViews, type ViewFile } from '../../src/load/views.ts';
import { bigquery } from '../../src/present/dialects/bigquery.ts';
import { DIALECT_NAMES } from '../../src/present/dialects/dialect.ts';
import { duckdb } from '../../src/present/dialects/duckdb.ts';
import { snowflake } from '../../src/present/dialects/snowflake.ts';
import { trino } from '../../src/present/dialects/trino.ts';
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

/** What DuckDB lacks of an engine, so that it can run the views as they are written for that engine. */
const SHIMS: Readonly<Record<string, string>> = {
  bigquery: 'CREATE TYPE FLOAT64 AS DOUBLE',
  trino: 'CREATE MACRO date_add(unit, days, day) AS CAST(day AS DATE) + CAST(days AS INTEGER)',
};

describe('the views as other engines get them', () => {
  let views: readonly ViewFile[];
  let database: Database;

  beforeAll(async () => {
    views = inOrder(await readViews());
    database = await openDatabase(':memory:');
    const published = literal(join(account.current, DATABASE_FILE));
    const copies = views.map(({ name }) => `CREATE TABLE expected.${name} AS FROM published.main.${name}`);
    await database.run(`ATTACH ${published} AS published (READ_ONLY); CREATE SCHEMA expected`);
    await database.run(copies.join(';'));
  });

  afterAll(() => database?.close());

  /** Which views of a schema have other rows than the published ones. */
  async function differing(schema: string): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of views) {
      await database.run(`CREATE OR REPLACE TEMP TABLE made AS FROM ${schema}.${name}`);
      const rows = await database.rows(
        `(FROM made EXCEPT ALL FROM expected.${name}) UNION ALL (FROM expected.${name} EXCEPT ALL FROM made)`,
      );
      if (rows.length > 0) found.push(name);
    }
    return found;
  }

  it('give the same rows over the Parquet files, by the script for DuckDB', async () => {
    await database.run('CREATE SCHEMA memory.dmarc; USE memory.dmarc');
    await database.run(schemaDdl(dictionary, views, 'duckdb', root));
    expect(await differing('dmarc')).toEqual([]);
  });

  it.each(Object.entries({ bigquery, snowflake, trino }))(
    'give the same rows as written for %s',
    async (engine, dialect) => {
      const published = dictionary.tables.filter((table) => table.in_parquet);
      const names = [...published, ...views].map(({ name }) => name);
      await database.run(
        `USE memory.main; DROP SCHEMA IF EXISTS dmarc CASCADE; CREATE SCHEMA dmarc; USE dmarc`,
      );
      if (SHIMS[engine] !== undefined) await database.run(SHIMS[engine]);
      const tables = published.flatMap((table) => duckdb.table(table, root));
      const made = views.map(({ name, select }) => dialect.view(name, select, names));
      await database.run([...tables, ...made].join(';\n'));
      expect(await differing('dmarc')).toEqual([]);
    },
  );
});

describe('a script', () => {
  it.each(DIALECT_NAMES)('for %s has every published table and every view', async (name) => {
    const views = inOrder(await readViews());
    const script = schemaDdl(dictionary, views, name, 's3://bucket/dmarc/parquet');
    for (const relation of [...dictionary.tables.filter((table) => table.in_parquet), ...views]) {
      expect(script).toMatch(
        new RegExp(`^CREATE .*(TABLE|VIEW) (IF NOT EXISTS )?(dmarc\\.)?${relation.name}\\b`, 'm'),
      );
    }
    expect(script).toContain('s3://bucket/dmarc/parquet');
    expect(script.endsWith(';\n')).toBe(true);
  });

  it('holds hostile text of the root in a literal', () => {
    for (const name of DIALECT_NAMES) {
      const script = schemaDdl(dictionary, [], name, "s3://b/o'; DROP TABLE x");
      const literals = script.replaceAll(/^--.*$/gm, '').replaceAll(/'(?:[^'\\]|\\.|'')*'/g, '');
      expect([name, literals.includes('DROP')]).toEqual([name, false]);
    }
  });
});
