import type {
  Dictionary,
  DictionaryColumn,
  DictionaryTable,
  DictionaryView,
} from '../contract/dictionary.ts';
import { CONTRACT_VERSION, referenceOf, type TableContract, valuesOf } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import { describeViewColumn } from '../contract/view-columns.ts';
import { openDatabase } from './database.ts';
import { createTables, duckdbType } from './ddl.ts';
import { readViewColumns, type ViewColumn } from './view-columns.ts';
import { createViews, readViews, type ViewFile } from './views.ts';

/**
 * The data dictionary of this program's contract and views. No dataset is needed: the types of the views' columns are
 * those that DuckDB finds on empty tables.
 */
export async function readDictionary(): Promise<Dictionary> {
  const [views, columns] = await Promise.all([readViews(), viewColumns()]);
  return {
    contract_version: CONTRACT_VERSION,
    tables: TABLES.map(describeTable),
    views: views.map((view) => describeView(view, columns)),
  };
}

async function viewColumns(): Promise<readonly ViewColumn[]> {
  const database = await openDatabase(':memory:');
  try {
    await createTables(database);
    await createViews(database);
    return await readViewColumns(database);
  } finally {
    database.close();
  }
}

function describeTable(table: TableContract): DictionaryTable {
  const { name, description, grain, key, partitionColumn, inParquet, schema } = table;
  const columns = schema.fields.map((field) => ({
    name: field.name,
    type: duckdbType(field.type),
    description: field.metadata.get('description') ?? '',
    values: valuesOf(field),
    references: referenceOf(field),
  }));
  return { name, description, grain, key, partition_column: partitionColumn, in_parquet: inParquet, columns };
}

function describeView(view: ViewFile, all: readonly ViewColumn[]): DictionaryView {
  const { name, purpose, grain, key, inputs, traps } = view;
  const columns = all
    .filter((column) => column.view === name)
    .map((column): DictionaryColumn => {
      const description = describeViewColumn(name, column.name);
      return { name: column.name, type: column.type, description, values: [], references: null };
    });
  return { name, description: purpose, grain, key, inputs, traps, columns };
}
