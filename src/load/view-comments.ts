import { describeViewColumn } from '../contract/view-columns.ts';
import type { Database } from './database.ts';
import { identifier, literal } from './sql-text.ts';
import { readViews, type ViewFile } from './views.ts';

/** A column of a view in the database. */
export interface ViewColumn {
  readonly view: string;
  readonly name: string;
  /** The type as DuckDB names it, TIMESTAMPTZ in short. */
  readonly type: string;
}

/**
 * Writes the descriptions of the views and of their columns into the database, as `COMMENT ON`. A view made anew has
 * none. Throws TypeError for a column that nobody described.
 */
export async function commentViews(database: Database): Promise<void> {
  const [views, columns] = await Promise.all([readViews(), readViewColumns(database)]);
  const statements = [...views.map(commentOnView), ...columns.map(commentOnColumn)];
  await database.transaction(() => database.run(statements.join(';\n')));
}

/** The columns of all views, in the order of the views' names and of their columns. */
export async function readViewColumns(database: Database): Promise<readonly ViewColumn[]> {
  const rows = await database.rows(`
    SELECT view_name, column_name, data_type
    FROM duckdb_columns() JOIN duckdb_views() ON view_oid = table_oid
    WHERE NOT duckdb_views.internal
    ORDER BY view_name, column_index`);
  return rows.map(({ view_name, column_name, data_type }) => ({
    view: String(view_name),
    name: String(column_name),
    type: String(data_type).replace('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'),
  }));
}

function commentOnView({ name, purpose, grain, traps }: ViewFile): string {
  return `COMMENT ON VIEW ${identifier(name)} IS ${literal(`${purpose} One row: ${grain} Traps: ${traps}`)}`;
}

function commentOnColumn({ view, name }: ViewColumn): string {
  const description = literal(describeViewColumn(view, name));
  return `COMMENT ON COLUMN ${identifier(view)}.${identifier(name)} IS ${description}`;
}
