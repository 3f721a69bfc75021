import { CONTRACT_VERSION, type TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import { describeViewColumn } from '../contract/view-columns.ts';
import type { Database, Row } from './database.ts';
import { identifier, literal } from './sql-text.ts';
import { readViews, type ViewFile } from './views.ts';

/** What can have a comment, and the one it has. */
interface Commented {
  readonly kind: 'TABLE' | 'VIEW';
  /** The table or view. */
  readonly name: string;
  /** `''` = the table or view itself. */
  readonly column: string;
  readonly comment: string | null;
}

const COMMENTED = `
  SELECT 'TABLE' AS kind, table_name AS name, '' AS column_name, comment FROM duckdb_tables()
  WHERE NOT internal AND NOT temporary
  UNION ALL SELECT 'VIEW', view_name, '', comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
  UNION ALL
  SELECT CASE WHEN view_oid IS NULL THEN 'TABLE' ELSE 'VIEW' END, table_name, column_name, columns.comment
  FROM duckdb_columns() columns LEFT JOIN duckdb_views() views ON view_oid = table_oid
  WHERE NOT columns.internal AND columns.database_name <> 'temp'`;

/**
 * Writes the descriptions of tables, views and columns into the database, as `COMMENT ON`; those that are there already
 * are left alone, since writing all of them costs as much as the rest of a small night. Throws TypeError for a view's
 * column that nobody described.
 */
export async function commentDatabase(database: Database): Promise<void> {
  const tables = new Map(TABLES.map((table) => [table.name, table]));
  const views = new Map((await readViews()).map((view) => [view.name, view]));
  const rows = await database.rows(COMMENTED);
  const statements = rows.flatMap((row) => {
    const there = readCommented(row);
    const wanted = descriptionOf(there, tables, views);
    return wanted === null || wanted === there.comment ? [] : [commentOn(there, wanted)];
  });
  if (statements.length === 0) return;
  await database.transaction(() => database.run(statements.join(';\n')));
}

function readCommented({ kind, name, column_name, comment }: Row): Commented {
  return {
    kind: kind === 'VIEW' ? 'VIEW' : 'TABLE',
    name: String(name),
    column: String(column_name),
    comment: comment === null ? null : String(comment),
  };
}

/** Null for what is none of ours. */
function descriptionOf(
  { kind, name, column }: Commented,
  tables: ReadonlyMap<string, TableContract>,
  views: ReadonlyMap<string, ViewFile>,
): string | null {
  if (kind === 'VIEW') {
    const view = views.get(name);
    if (view === undefined) return null;
    return column === '' ? viewText(view) : describeViewColumn(name, column);
  }
  const table = tables.get(name);
  if (table === undefined) return null;
  if (column === '') return tableText(table);
  return table.schema.fields.find((field) => field.name === column)?.metadata.get('description') ?? null;
}

function tableText({ description, grain, key }: TableContract): string {
  return `${description}. One row: ${grain}. Key: ${key.join(', ')}. Contract ${CONTRACT_VERSION}.`;
}

function viewText({ purpose, grain, traps }: ViewFile): string {
  return `${purpose} One row: ${grain} Traps: ${traps}`;
}

function commentOn({ kind, name, column }: Commented, text: string): string {
  return column === ''
    ? `COMMENT ON ${kind} ${identifier(name)} IS ${literal(text)}`
    : `COMMENT ON COLUMN ${identifier(name)}.${identifier(column)} IS ${literal(text)}`;
}
