import type { DictionaryTable } from '../../contract/dictionary.ts';
import { sqlText, tableLocation } from '../parquet-source.ts';
import {
  changeBody,
  createView,
  type Dialect,
  escapedText,
  lines,
  listOf,
  MONTH,
  type Types,
  typeOf,
} from './dialect.ts';

const TYPES: Types = {
  VARCHAR: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'INTEGER',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  TIMESTAMPTZ: 'TIMESTAMP(3)',
};

/** Athena's DDL is Hive's; its queries are Trino's. */
const HIVE_TYPES: Types = {
  ...TYPES,
  VARCHAR: 'STRING',
  INTEGER: 'INT',
  TIMESTAMPTZ: 'TIMESTAMP',
};

/** Trino with the Hive connector. */
export const trino: Dialect = {
  notes: [
    'Run it in the schema `dmarc` of a Hive catalog: CREATE SCHEMA hive.dmarc, then USE hive.dmarc.',
    'After each export, run the sync_partition_metadata calls again: they find new months.',
  ],
  table({ name, description, columns, partition_column }, root) {
    const isPartitioned = partition_column !== null;
    const entries = columns.map(
      (column) => `${column.name} ${typeOf(TYPES, column)} COMMENT ${sqlText(column.description)}`,
    );
    const properties = [
      "format = 'PARQUET'",
      `external_location = ${sqlText(tableLocation(root, name))}`,
      ...(isPartitioned ? [`partitioned_by = ARRAY['${MONTH}']`] : []),
    ];
    const create = lines(
      `CREATE TABLE IF NOT EXISTS ${name} ${listOf([...entries, ...(isPartitioned ? [`${MONTH} DATE`] : [])])}`,
      `COMMENT ${sqlText(description)}`,
      `WITH ${listOf(properties)}`,
    );
    const sync = `CALL system.sync_partition_metadata('dmarc', '${name}', 'FULL')`;
    return isPartitioned ? [create, sync] : [create];
  },
  view: createTrinoView,
};

/** Amazon Athena. */
export const athena: Dialect = {
  notes: [
    'Athena runs one statement at a time. Months are found by partition projection: nothing is to be',
    'run again after an export.',
  ],
  table(table, root) {
    const { name, description, columns, partition_column } = table;
    const entries = columns.map(
      (column) =>
        `\`${column.name}\` ${typeOf(HIVE_TYPES, column)} COMMENT ${escapedText(column.description)}`,
    );
    const create = lines(
      `CREATE EXTERNAL TABLE IF NOT EXISTS ${name} ${listOf(entries)}`,
      `COMMENT ${escapedText(description)}`,
      partition_column === null ? '' : `PARTITIONED BY (${MONTH} DATE)`,
      'STORED AS PARQUET',
      `LOCATION ${escapedText(`${tableLocation(root, name)}/`)}`,
      partition_column === null ? '' : `TBLPROPERTIES ${listOf(projection(table, root))}`,
    );
    return [create];
  },
  view: createTrinoView,
};

function projection({ name }: DictionaryTable, root: string): string[] {
  return [
    ['projection.enabled', 'true'],
    [`projection.${MONTH}.type`, 'date'],
    [`projection.${MONTH}.format`, 'yyyy-MM-dd'],
    [`projection.${MONTH}.range`, '2012-01-01,NOW'],
    [`projection.${MONTH}.interval`, '1'],
    [`projection.${MONTH}.interval.unit`, 'MONTHS'],
    ['storage.location.template', `${tableLocation(root, name)}/${MONTH}=\${${MONTH}}/`],
  ].map(([key = '', value = '']) => `'${key}' = ${escapedText(value)}`);
}

/** Trino takes no days from a date with a minus, and has no type String. */
function createTrinoView(name: string, select: string): string {
  const body = changeBody(select, (text) =>
    text
      .replaceAll(/(\w+\.\w+_date) - (CAST\([\w.]+ AS INTEGER\)(?: - \d+)?)/g, "date_add('day', -$2, $1)")
      .replaceAll(/\bAS String\)/g, 'AS VARCHAR)'),
  );
  return createView(name, body);
}
