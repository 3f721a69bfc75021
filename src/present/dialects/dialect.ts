import type { DictionaryColumn, DictionaryTable } from '../../contract/dictionary.ts';

/** The engines that there is a script for. */
export const DIALECT_NAMES = [
  'duckdb',
  'spark',
  'trino',
  'athena',
  'bigquery',
  'snowflake',
  'clickhouse',
] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** How an engine reads the published Parquet files and takes the views. */
export interface Dialect {
  /** Lines for people: what to do before and after. */
  readonly notes: readonly string[];
  /** Statements that come first. */
  readonly setup?: (root: string) => readonly string[];
  /** Statements that make a table over its published files; `root` is the URL or path of the `parquet` directory. */
  readonly table: (table: DictionaryTable, root: string) => readonly string[];
  /** A statement that makes a view of a portable SELECT; `names` are all tables and views. */
  readonly view: (name: string, select: string, names: readonly string[]) => string;
}

/** The partition column of every partitioned table; it stands in the path, not in the files. */
export const MONTH = 'month';

/** The engine's type for each type of the contract. */
export type Types = Readonly<
  Record<'VARCHAR' | 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'DATE' | 'TIMESTAMPTZ', string>
>;

/** The engine's type of a column. Throws TypeError for a type that the contract does not have. */
export function typeOf(types: Types, { name, type }: DictionaryColumn): string {
  const found = (types as Readonly<Record<string, string>>)[type];
  if (found === undefined) throw new TypeError(`${name} has the type ${type}, which no engine was told of`);
  return found;
}

/** A text literal of the engines in which a backslash escapes. */
export function escapedText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Parts of a statement, one a line. */
export function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

/** `(a, b, …)`, an entry a line. */
export function listOf(entries: readonly string[]): string {
  return `(\n${entries.map((entry) => `  ${entry}`).join(',\n')}\n)`;
}

/** `CREATE OR REPLACE VIEW`, as most engines have it. */
export function createView(name: string, select: string): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${select}`;
}

/** Changes a SELECT behind its header of comment lines, which stays as it is. */
export function changeBody(select: string, change: (body: string) => string): string {
  const header = /^(?:--.*\n)*/.exec(select)?.[0] ?? '';
  return header + change(select.slice(header.length));
}
