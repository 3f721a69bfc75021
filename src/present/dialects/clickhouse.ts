import type { DictionaryTable } from '../../contract/dictionary.ts';
import { filePattern, tableLocation } from '../parquet-source.ts';
import { createView, type Dialect, escapedText, lines, listOf, type Types, typeOf } from './dialect.ts';

const TYPES: Types = {
  VARCHAR: 'Nullable(String)',
  BOOLEAN: 'Nullable(Bool)',
  INTEGER: 'Nullable(Int32)',
  BIGINT: 'Nullable(Int64)',
  DOUBLE: 'Nullable(Float64)',
  DATE: 'Nullable(Date32)',
  TIMESTAMPTZ: "Nullable(DateTime64(6, 'UTC'))",
};

/** An outer join without a match gives NULL, and a cast keeps it: standard SQL, which the views are written in. */
const SETTINGS = 'SETTINGS join_use_nulls = 1, cast_keep_nullable = 1';

/** ClickHouse; every query reads the files as they are then. */
export const clickhouse: Dialect = {
  notes: [
    'A root of s3:// or gs:// is read by the engine S3, https:// by URL (which lists no months: name',
    'S3 instead), a path by File: a server reads below its user_files only, clickhouse-local anywhere.',
    `Add ${SETTINGS} to a query of your own that joins or casts.`,
  ],
  table(table, root) {
    const { name, description, columns } = table;
    const entries = columns.map(
      (column) => `\`${column.name}\` ${typeOf(TYPES, column)} COMMENT ${escapedText(column.description)}`,
    );
    const create = lines(
      `CREATE TABLE IF NOT EXISTS ${name} ${listOf(entries)}`,
      `ENGINE = ${engine(table, root)}`,
      `COMMENT ${escapedText(description)}`,
    );
    return [create];
  },
  view: (name, select) => createView(name, `${select}\n${SETTINGS}`),
};

function engine(table: DictionaryTable, root: string): string {
  const files = escapedText(`${tableLocation(root, table.name)}/${filePattern(table)}`);
  if (/^(s3|gs):\/\//.test(root)) return `S3(${files}, 'Parquet')`;
  if (/^https?:\/\//.test(root)) return `URL(${files}, 'Parquet')`;
  return `File(Parquet, ${files})`;
}
