import { tableLocation } from '../parquet-source.ts';
import {
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
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'INT',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  TIMESTAMPTZ: 'TIMESTAMP',
};

/** Spark SQL, also Databricks. */
export const spark: Dialect = {
  notes: ['After each export, run the MSCK REPAIR TABLE statements again: they find new months.'],
  table({ name, description, columns, partition_column }, root) {
    const isPartitioned = partition_column !== null;
    const entries = columns.map(
      (column) => `\`${column.name}\` ${typeOf(TYPES, column)} COMMENT ${escapedText(column.description)}`,
    );
    const create = lines(
      `CREATE TABLE IF NOT EXISTS ${name} ${listOf([...entries, ...(isPartitioned ? [`${MONTH} DATE`] : [])])}`,
      'USING PARQUET',
      isPartitioned ? `PARTITIONED BY (${MONTH})` : '',
      `LOCATION ${escapedText(tableLocation(root, name))}`,
      `COMMENT ${escapedText(description)}`,
    );
    return [create, isPartitioned ? `MSCK REPAIR TABLE ${name}` : `REFRESH TABLE ${name}`];
  },
  view: createView,
};
