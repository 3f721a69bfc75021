import { expect, test } from 'vitest';
import { schemaCommand } from '../../src/commands/schema.ts';
import { viewsCommand } from '../../src/commands/views.ts';
import { readDictionary } from '../../src/load/dictionary.ts';
import { fakeTerminal } from './fake-terminal.ts';

async function schema(flags: Readonly<Record<string, string>>): Promise<string> {
  const terminal = fakeTerminal();
  await schemaCommand.run(flags, '', terminal, [], null);
  return terminal.told().stdout;
}

async function views(flags: Readonly<Record<string, boolean>>, isTTY = false): Promise<string> {
  const terminal = fakeTerminal({ isTTY });
  await viewsCommand.run(flags, '', terminal, [], null);
  return terminal.told().stdout;
}

test('schema prints each format', async () => {
  expect(JSON.parse(await schema({ format: 'json' }))).toEqual(await readDictionary());
  expect(await schema({ format: 'markdown' })).toMatch(/^# Data dictionary\n/);
  expect(await schema({ format: 'dbt' })).toMatch(/^# Sources for dbt .*\n(#.*\n)*version: 2\nsources:\n/);
  expect(await schema({ format: 'dbt', root: 's3://b' })).toContain(
    "read_parquet('s3://b/monitors/part-0.parquet')",
  );
  const script = await schema({ format: 'ddl', dialect: 'spark', root: 's3://b/' });
  expect(script).toContain("LOCATION 's3://b/report_records'");
});

test('the dictionary tells type, key, closed sets and references', async () => {
  const { tables, views: described } = await readDictionary();
  const results = tables.find(({ name }) => name === 'auth_results');
  expect(results?.key).toEqual(['monitor_id', 'record_id', 'auth_type', 'position']);
  expect(results?.columns.find(({ name }) => name === 'auth_type')).toEqual({
    name: 'auth_type',
    type: 'VARCHAR',
    description: 'spf or dkim: the array it came from',
    values: ['spf', 'dkim'],
    references: null,
  });
  expect(results?.columns.find(({ name }) => name === 'record_id')?.references).toBe('report_records');
  expect(described).toHaveLength(24);
  const types = described.flatMap(({ columns }) => columns.map(({ type }) => type));
  expect([...new Set(types)].sort()).toEqual([
    'BIGINT',
    'BOOLEAN',
    'DATE',
    'DOUBLE',
    'INTEGER',
    'TIMESTAMPTZ',
    'VARCHAR',
  ]);
});

test.each([
  [{ format: 'ddl', root: 's3://b' }, '--format ddl needs --dialect'],
  [{ format: 'ddl', dialect: 'spark' }, '--format ddl needs --root'],
  [{ format: 'dbt', dialect: 'spark' }, '--dialect goes with --format ddl only'],
  [{ format: 'json', root: 's3://b' }, '--root goes with --format dbt and ddl only'],
])('schema refuses %j', async (flags, message) => {
  await expect(schema(flags)).rejects.toThrow(message);
});

test('views lists every view with its purpose, as text and as JSON', async () => {
  const listed = JSON.parse(await views({ json: true })) as { name: string; purpose: string }[];
  expect(listed).toHaveLength(24);
  expect(listed[0]).toEqual({
    name: 'v_aggregated_current',
    purpose: expect.stringContaining('every source'),
  });
  const lines = (await views({})).trimEnd().split('\n');
  expect(lines.map((line) => line.split(/\s{2,}/))).toEqual(
    listed.map(({ name, purpose }) => [name, purpose]),
  );
  expect(await views({}, true)).toContain('\x1b[1mv_geo');
});
