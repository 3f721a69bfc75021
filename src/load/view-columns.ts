import type { Database } from './database.ts';

/** A column of a view in the database. */
export interface ViewColumn {
  readonly view: string;
  readonly name: string;
  /** The type as DuckDB names it, TIMESTAMPTZ in short. */
  readonly type: string;
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
