import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { expect, test } from 'vitest';
import { CONTRACT_VERSION } from '../../src/contract/table.ts';
import { TABLES } from '../../src/contract/tables.ts';
import { describedViewColumns, describeViewColumn } from '../../src/contract/view-columns.ts';
import { commentDatabase } from '../../src/load/comments.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { readViewColumns } from '../../src/load/view-columns.ts';
import { createViews, readViews } from '../../src/load/views.ts';
import { newOut, publishVersion } from './out-fixture.ts';

const WITHOUT_COMMENT = `
  SELECT table_name FROM duckdb_tables() WHERE NOT internal AND COALESCE(comment, '') = ''
  UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND COALESCE(comment, '') = ''
  UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal AND COALESCE(comment, '') = ''`;

async function describe(database: Database): Promise<void> {
  await createTables(database);
  await createViews(database);
  await commentDatabase(database);
}

test('in the file every table, view and column has a comment, also where the views were there before', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'dmarc-etl-')), 'described.duckdb');
  const first = await openDatabase(path);
  await describe(first);
  await first.run('CREATE VIEW no_longer_shipped AS SELECT 1 AS a');
  await createViews(first);
  expect(await first.rows(WITHOUT_COMMENT)).not.toEqual([]);
  await commentDatabase(first);
  first.close();
  const second = await openDatabase(path, { readOnly: true });
  expect(await second.rows(WITHOUT_COMMENT)).toEqual([]);
  const [counted] = await second.rows('SELECT COUNT(*) AS n FROM duckdb_columns() WHERE NOT internal');
  const tableColumns = TABLES.reduce((sum, { schema }) => sum + schema.fields.length, 0);
  expect(Number(counted?.n)).toBe(tableColumns + (await readViewColumns(second)).length);
  second.close();
});

test('nothing is described that no view has', async () => {
  const database = await openDatabase(':memory:');
  await describe(database);
  const columns = await readViewColumns(database);
  database.close();
  const there = new Set(columns.flatMap(({ view, name }) => [name, `${view}.${name}`]));
  expect([...describedViewColumns().keys()].filter((name) => !there.has(name))).toEqual([]);
  expect(() => describeViewColumn('v_geo', 'colour')).toThrow('v_geo.colour has no description');
});

test("a view's header names its key and exactly what it reads", async () => {
  const database = await openDatabase(':memory:');
  await describe(database);
  const columns = (await readViewColumns(database)).map(({ view, name }) => `${view}.${name}`);
  database.close();
  const views = await readViews();
  const names = [...TABLES, ...views].map(({ name }) => name);
  for (const { name, key, inputs, select } of views) {
    const sql = select.replaceAll(/--.*$/gm, '');
    const read = names.filter((other) => new RegExp(`\\b(FROM|JOIN) ${other}\\b`).test(sql));
    expect([name, [...inputs].sort()]).toEqual([name, read.sort()]);
    expect([name, key.length > 0 && key.every((column) => columns.includes(`${name}.${column}`))]).toEqual([
      name,
      true,
    ]);
  }
});

test('a Parquet file tells what it and its columns are', async () => {
  const out = await newOut();
  await publishVersion(out, '20251105T000000Z-0001', async () => undefined);
  for (const table of TABLES.filter(({ inParquet }) => inParquet)) {
    const month = table.partitionColumn === null ? '' : 'month=2025-11-01/';
    const file = await asyncBufferFromFile(join(out.current, `parquet/${table.name}/${month}part-0.parquet`));
    const { key_value_metadata } = await parquetMetadataAsync(file);
    const told = Object.fromEntries((key_value_metadata ?? []).map(({ key, value }) => [key, value]));
    const { columns, ...rest } = told;
    expect(rest).toMatchObject({
      producer: 'mailersend-dmarc-etl',
      contract_version: String(CONTRACT_VERSION),
      table: table.name,
      description: table.description,
      grain: table.grain,
      key: table.key.join(','),
    });
    const described = table.schema.fields.map(({ name, metadata }) => [name, metadata.get('description')]);
    expect(JSON.parse(columns ?? '')).toEqual(Object.fromEntries(described));
  }
});
