import { type DataType, Type } from 'apache-arrow';
import type { StagedTable } from '../contract/staging.ts';
import type { TableContract } from '../contract/table.ts';
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

/** Adds the columns that the contract got since the database was made: they are its last ones, and NULL in every row. */
export async function addMissingColumns(database: Database): Promise<void> {
  for (const table of TABLES) {
    const found = await database.rows(`SELECT name FROM pragma_table_info(${literal(table.name)})`);
    const known = new Set(found.map(({ name }) => name));
    for (const field of table.schema.fields) {
      if (known.has(field.name)) continue;
      await database.run(
        `ALTER TABLE ${identifier(table.name)} ADD COLUMN ${identifier(field.name)} ${duckdbType(field.type)}`,
      );
    }
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
