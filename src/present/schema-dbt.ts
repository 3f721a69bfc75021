import { stringify } from 'yaml';
import type {
  Dictionary,
  DictionaryColumn,
  DictionaryRelation,
  DictionaryTable,
} from '../contract/dictionary.ts';
import { THRESHOLDS } from '../contract/thresholds.ts';
import { parquetSource } from './parquet-source.ts';

/** Name of the dbt source, and of the database that dbt-duckdb attaches. */
const SOURCE = 'dmarc';

/** Table → the column that tells when the export last looked; other tables only move when the data does. */
const LOADED_AT: Readonly<Record<string, string>> = { meta_runs: 'finished_at', meta_snapshots: 'as_of' };

const HEAD = ['Sources for dbt (1.10.5 or newer), made by `dmarc-etl schema --format dbt`.'];
const HEAD_ATTACHED = [
  'The adapter is dbt-duckdb, its profile attaches the published database:',
  '  attach: [{ path: DIRECTORY/current/dmarc.duckdb, alias: dmarc, read_only: true }]',
];
const HEAD_PARQUET = ['The adapter is dbt-duckdb, which reads the published Parquet files.'];

/**
 * A dbt `sources.yml`: descriptions, tests and freshness. With `root`, the URL or path of the published `parquet`
 * directory, the tables in Parquet as external locations; without, every table and view of the attached database.
 */
export function schemaDbt(dictionary: Dictionary, root: string | null): string {
  const { tables, views, contract_version } = dictionary;
  const relations =
    root === null
      ? [...tables.map((table) => tableSource(table)), ...views.map((view) => relationSource(view))]
      : tables.filter((table) => table.in_parquet).map((table) => tableSource(table, root));
  const source = {
    name: SOURCE,
    description: `DMARC monitoring of MailerSend, contract version ${contract_version}`,
    ...(root === null ? { database: SOURCE, schema: 'main' } : {}),
    tables: relations,
  };
  const head = [...HEAD, ...(root === null ? HEAD_ATTACHED : HEAD_PARQUET)].map((line) => `# ${line}\n`);
  return `${head.join('')}${stringify({ version: 2, sources: [source] }, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function tableSource(table: DictionaryTable, root: string | null = null): object {
  const config = {
    ...freshness(table.name),
    ...(root === null ? {} : { meta: { external_location: externalLocation(table, root) } }),
  };
  return relationSource(table, Object.keys(config).length === 0 ? {} : { config });
}

function relationSource(relation: DictionaryRelation, more: object = {}): object {
  const { name, description, grain, key, columns } = relation;
  return {
    name,
    description: `${description.replace(/\.$/, '')}. One row: ${grain.replace(/\.$/, '')}.`,
    ...more,
    ...(key.length > 1
      ? { data_tests: [{ unique: { arguments: { column_name: `ROW(${key.join(', ')})` } } }] }
      : {}),
    columns: columns.map((column) => columnSource(column, key)),
  };
}

/** Braces are dbt-duckdb's own in an external location. */
function externalLocation(table: DictionaryTable, root: string): string {
  return parquetSource(root, table).replaceAll(/[{}]/g, (brace) => brace + brace);
}

function freshness(table: string): object {
  const column = LOADED_AT[table];
  if (column === undefined) return {};
  const days = THRESHOLDS.find(({ name }) => name === 'stale_after_days')?.value ?? 0;
  return {
    loaded_at_field: column,
    freshness: {
      warn_after: { count: days, period: 'day' },
      error_after: { count: days * 2, period: 'day' },
    },
  };
}

function columnSource(column: DictionaryColumn, key: readonly string[]): object {
  const { name, type, description } = column;
  const tests = columnTests(column, key);
  return { name, data_type: type, description, ...(tests.length === 0 ? {} : { data_tests: tests }) };
}

function columnTests(
  { name, type, values, references }: DictionaryColumn,
  key: readonly string[],
): unknown[] {
  const isKey = key.includes(name);
  const isQuoted = type === 'VARCHAR';
  const accepted = { values: isQuoted ? values : values.map(Number), ...(isQuoted ? {} : { quote: false }) };
  const related = { to: `source('${SOURCE}', '${references}')`, field: name };
  return [
    ...(isKey ? ['not_null'] : []),
    ...(isKey && key.length === 1 ? ['unique'] : []),
    ...(values.length === 0 ? [] : [{ accepted_values: { arguments: accepted } }]),
    ...(references === null ? [] : [{ relationships: { arguments: related } }]),
  ];
}
