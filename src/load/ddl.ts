import { type DataType, Type } from 'apache-arrow';
import type { StagedTable } from '../contract/staging.ts';
import { CONTRACT_VERSION, type TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import type { Database } from './database.ts';
import { identifier, literal } from './sql-text.ts';

/** DuckDB's DDL, derived from the contract's Arrow schemas. */

const DUCKDB_TYPES: Partial<Record<Type, string>> = {
  [Type.Utf8]: 'VARCHAR',
  [Type.Bool]: 'BOOLEAN',
  [Type.Int]: 'INTEGER',
  [Type.Float]: 'DOUBLE',
  [Type.Date]: 'DATE',
  [Type.Timestamp]: 'TIMESTAMPTZ',
};

/** The DuckDB type of a contract column. Throws on a type the contract does not allow. */
export function duckdbType(type: DataType): string {
  if (type.typeId === Type.Int && 'bitWidth' in type && type.bitWidth === 64) return 'BIGINT';
  const name = DUCKDB_TYPES[type.typeId];
  if (name === undefined) throw new TypeError(`the contract has no type ${type}`);
  return name;
}

function columnDefinitions(table: { readonly schema: TableContract['schema'] }): string {
  return table.schema.fields.map((field) => `${identifier(field.name)} ${duckdbType(field.type)}`).join(', ');
}

/** The names of a table's columns, in order. */
export function columnNames(table: { readonly schema: TableContract['schema'] }): string[] {
  return table.schema.fields.map((field) => field.name);
}

/** Creates every table of the contract, empty. */
export async function createTables(database: Database): Promise<void> {
  for (const table of TABLES) {
    await database.run(`CREATE TABLE ${identifier(table.name)} (${columnDefinitions(table)})`);
  }
}

/** Creates a temporary table for staged rows, replacing one that is there. */
export async function createStaged(database: Database, table: StagedTable): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE ${stagedName(table.name)} (${columnDefinitions(table)})`);
}

/** Name of the temporary table of staged rows. */
export function stagedName(name: string): string {
  return `staged_${name}`;
}

/**
 * Writes the descriptions of tables and columns into the database, as `COMMENT ON`; those that are there already are
 * left alone, since writing all of them costs as much as the rest of a small night.
 */
export async function commentTables(database: Database): Promise<void> {
  const found = await database.rows(`
    SELECT table_name AS name, '' AS column_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
    UNION ALL SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal AND database_name <> 'temp'`);
  const there = new Set(found.map(({ name, column_name, comment }) => keyOf([name, column_name, comment])));
  const missing = TABLES.flatMap(commentsOf).filter(
    ({ table, column, comment }) => !there.has(keyOf([table, column, comment])),
  );
  if (missing.length === 0) return;
  const statements = missing.map(({ table, column, comment }) =>
    column === ''
      ? `COMMENT ON TABLE ${identifier(table)} IS ${literal(comment)}`
      : `COMMENT ON COLUMN ${identifier(table)}.${identifier(column)} IS ${literal(comment)}`,
  );
  await database.transaction(() => database.run(statements.join(';\n')));
}

function keyOf(parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

interface Comment {
  readonly table: string;
  /** `''` = the table itself. */
  readonly column: string;
  readonly comment: string;
}

function commentsOf(table: TableContract): Comment[] {
  const { name, description, grain, key, schema } = table;
  const own = `${description}. One row: ${grain}. Key: ${key.join(', ')}. Contract ${CONTRACT_VERSION}.`;
  const ofColumns = schema.fields.map((field) => ({
    table: name,
    column: field.name,
    comment: field.metadata.get('description') ?? '',
  }));
  return [{ table: name, column: '', comment: own }, ...ofColumns];
}
