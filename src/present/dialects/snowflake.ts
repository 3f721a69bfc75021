import type { DictionaryColumn } from '../../contract/dictionary.ts';
import { sqlText, tableLocation } from '../parquet-source.ts';
import { changeBody, createView, type Dialect, lines, listOf, MONTH, type Types, typeOf } from './dialect.ts';

const TYPES: Types = {
  VARCHAR: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'INTEGER',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  TIMESTAMPTZ: 'TIMESTAMP_TZ',
};

/** Reserved, or what an external table has of its own; quoted, they are written as they stand here. */
const RESERVED = ['rows', 'sample', 'value'];

const STAGE = 'dmarc_parquet';

/** Snowflake external tables over a stage. */
export const snowflake: Dialect = {
  notes: [
    'The stage needs STORAGE_INTEGRATION = … or CREDENTIALS = (…), unless its files are public.',
    'After each export, run ALTER EXTERNAL TABLE … REFRESH for every table.',
    `The columns ${RESERVED.join(', ')} are quoted, in lower case.`,
  ],
  setup: (root) => [
    lines(
      `CREATE OR REPLACE STAGE ${STAGE}`,
      `URL = ${sqlText(`${root.replace(/\/+$/, '')}/`)}`,
      'FILE_FORMAT = (TYPE = PARQUET)',
    ),
  ],
  table({ name, description, columns, partition_column }) {
    const isPartitioned = partition_column !== null;
    const entries = columns.map((column) => externalColumn(column, typeOf(TYPES, column)));
    const create = lines(
      `CREATE OR REPLACE EXTERNAL TABLE ${name} ${listOf([...entries, ...(isPartitioned ? [monthColumn()] : [])])}`,
      isPartitioned ? `PARTITION BY (${MONTH})` : '',
      `LOCATION = @${tableLocation(STAGE, name)}/`,
      'AUTO_REFRESH = FALSE',
      'FILE_FORMAT = (TYPE = PARQUET)',
      `COMMENT = ${sqlText(description)}`,
    );
    return [create];
  },
  view: (name, select) => createView(name, changeBody(select, quoteReserved)),
};

function externalColumn({ name, description }: DictionaryColumn, type: string): string {
  const column = RESERVED.includes(name) ? `"${name}"` : name;
  return `${column} ${type} AS ($1:"${name}"::${type}) COMMENT ${sqlText(description)}`;
}

/** `month=2025-11-01` in the path. */
function monthColumn(): string {
  return `${MONTH} DATE AS (TO_DATE(SPLIT_PART(SPLIT_PART(METADATA$FILENAME, '${MONTH}=', 2), '/', 1)))`;
}

function quoteReserved(body: string): string {
  return body.replaceAll(new RegExp(`\\b(${RESERVED.join('|')})\\b`, 'g'), '"$1"');
}
