import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { CONTRACT_VERSION } from '../contract/table.ts';
import type { Database } from './database.ts';
import { identifier, literal } from './sql-text.ts';

/** A view as shipped: its name, the SELECT, and the first line of its header. */
export interface ViewFile {
  readonly name: string;
  readonly purpose: string;
  readonly select: string;
}

/** Where the shipped SQL stands, seen from the source and from dist/ alike. */
export const SQL_DIRECTORY = new URL('../../sql/', import.meta.url);

/** Every file of `sql/views`, in alphabetical order. */
export async function readViews(): Promise<readonly ViewFile[]> {
  const directory = new URL('views/', SQL_DIRECTORY);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => parseView(name, await readFile(new URL(name, directory), 'utf8'))),
  );
}

/** Splits a view's file into its leading `--` lines, of which the first is the purpose, and the SELECT. */
export function parseView(fileName: string, text: string): ViewFile {
  const name = fileName.replace(/\.sql$/, '');
  const first = /^-- (?:Purpose: )?(.+)$/m.exec(text)?.[1];
  if (first === undefined) throw new TypeError(`${fileName} does not open with its purpose`);
  return { name, purpose: first.trim(), select: text };
}

/** Changes whenever the views of a database must be made anew. */
export function digestViews(views: readonly ViewFile[]): string {
  const text = JSON.stringify([CONTRACT_VERSION, views]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Makes every view anew, in an order in which each finds the views it reads. Throws DuckDB's error of a view that
 * cannot be made.
 */
export async function createViews(database: Database, views: readonly ViewFile[]): Promise<void> {
  const names = new Set(views.map((view) => view.name));
  const made = new Set<string>();
  const make = async (view: ViewFile, path: readonly string[]): Promise<void> => {
    if (made.has(view.name)) return;
    if (path.includes(view.name))
      throw new TypeError(`views read each other in a circle: ${[...path, view.name].join(' → ')}`);
    for (const other of views) {
      if (other !== view && reads(view, other.name)) await make(other, [...path, view.name]);
    }
    await database.run(`CREATE OR REPLACE VIEW ${identifier(view.name)} AS ${view.select}`);
    await database.run(`COMMENT ON VIEW ${identifier(view.name)} IS ${literal(view.purpose)}`);
    made.add(view.name);
  };
  await dropOtherViews(database, names);
  for (const view of views) await make(view, []);
}

function reads(view: ViewFile, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(view.select.replaceAll(/--.*$/gm, ''));
}

/** A view that is no longer shipped is dropped. */
async function dropOtherViews(database: Database, names: ReadonlySet<string>): Promise<void> {
  const found = await database.rows('SELECT view_name FROM duckdb_views() WHERE NOT internal');
  for (const { view_name } of found) {
    if (!names.has(String(view_name))) await database.run(`DROP VIEW ${identifier(String(view_name))}`);
  }
}
