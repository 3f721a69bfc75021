import { filePattern, tableLocation } from '../parquet-source.ts';
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
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOL',
  INTEGER: 'INT64',
  BIGINT: 'INT64',
  DOUBLE: 'FLOAT64',
  DATE: 'DATE',
  TIMESTAMPTZ: 'TIMESTAMP',
};

/** A view names its tables with the dataset. */
const DATASET = 'dmarc';

/** Google BigQuery over Cloud Storage. */
export const bigquery: Dialect = {
  notes: ['External tables in the dataset `dmarc`; the root is gs://. New months are found by themselves.'],
  setup: () => [`CREATE SCHEMA IF NOT EXISTS ${DATASET}`],
  table(table, root) {
    const { name, description, columns, partition_column } = table;
    const location = tableLocation(root, name);
    const entries = columns.map(
      (column) =>
        `\`${column.name}\` ${typeOf(TYPES, column)} OPTIONS (description = ${escapedText(column.description)})`,
    );
    const options = [
      "format = 'PARQUET'",
      `description = ${escapedText(description)}`,
      `uris = [${escapedText(`${location}/${filePattern(table).replace('*/part-0.parquet', '*')}`)}]`,
      ...(partition_column === null ? [] : [`hive_partition_uri_prefix = ${escapedText(location)}`]),
    ];
    const create = lines(
      `CREATE OR REPLACE EXTERNAL TABLE ${DATASET}.${name} ${listOf(entries)}`,
      partition_column === null ? '' : `WITH PARTITION COLUMNS (${MONTH} DATE)`,
      `OPTIONS ${listOf(options)}`,
    );
    return [create];
  },
  view(name, select, names) {
    const table = new RegExp(`\\b(FROM|JOIN) (${names.join('|')})\\b`, 'g');
    const body = changeBody(select, (text) =>
      text
        .replaceAll(table, `$1 ${DATASET}.$2`)
        .replaceAll(/\bAS DOUBLE\)/g, 'AS FLOAT64)')
        .replaceAll(/\bPOSITION\(('[^']*') IN ([\w.]+)\)/g, 'STRPOS($2, $1)'),
    );
    return createView(`${DATASET}.${name}`, body);
  },
};
