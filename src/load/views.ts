import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './database.ts';
import { identifier } from './sql-text.ts';

/** A view as shipped: what its header says, and its text. */
export interface ViewFile {
  readonly name: string;
  /** One sentence. */
  readonly purpose: string;
  /** What one row is. */
  readonly grain: string;
  /** Columns that identify a row: those in the grain's first parentheses. */
  readonly key: readonly string[];
  /** Tables and views that it reads. */
  readonly inputs: readonly string[];
  /** What to know before using it. */
  readonly traps: string;
  /** The whole file: the header as comment lines, and one SELECT. */
  readonly select: string;
}

/** Where the shipped SQL stands, seen from the source and from dist/ alike. */
export const SQL_DIRECTORY = new URL('../../sql/', import.meta.url);

/** Every file of `sql/views`, in alphabetical order. Throws TypeError for one that does not open as it should. */
export async function readViews(): Promise<readonly ViewFile[]> {
  const directory = new URL('views/', SQL_DIRECTORY);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => parseView(name, await readFile(new URL(name, directory), 'utf8'))),
  );
}

/** Reads a view from its file: the header's Purpose, Grain, Inputs and Traps, each of one or more `--` lines. */
export function parseView(fileName: string, text: string): ViewFile {
  const fields = headerFields(text);
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new TypeError(`${fileName} does not open with its ${name.toLowerCase()}`);
    return value;
  };
  const grain = field('Grain');
  return {
    name: fileName.replace(/\.sql$/, ''),
    purpose: field('Purpose'),
    grain,
    key: listed(/\(([^)]*)\)/.exec(grain)?.[1] ?? ''),
    inputs: listed(field('Inputs').replace(/\.$/, '')),
    traps: field('Traps'),
    select: text.trimEnd(),
  };
}

/** `-- Name: text` lines and, joined to them, the indented `--` lines that follow. */
function headerFields(text: string): Map<string, string> {
  const header = /^(?:--.*\n)*/.exec(text)?.[0] ?? '';
  const fields = header.matchAll(/^-- (\w+): (.+(?:\n-- {3}.+)*)/gm);
  return new Map([...fields].map(([, name = '', value = '']) => [name, value.replaceAll(/\n--\s+/g, ' ')]));
}

function listed(names: string): string[] {
  return names.split(/,\s*/).filter((name) => name !== '');
}

/** The views in an order in which each follows those it reads. Throws TypeError if they read each other in a circle. */
export function inOrder(views: readonly ViewFile[]): readonly ViewFile[] {
  const ordered = new Set<ViewFile>();
  const add = (view: ViewFile, path: readonly string[]): void => {
    const way = [...path, view.name];
    if (path.includes(view.name))
      throw new TypeError(`views read each other in a circle: ${way.join(' → ')}`);
    for (const other of views) if (view.inputs.includes(other.name) && !ordered.has(other)) add(other, way);
    ordered.add(view);
  };
  for (const view of views) add(view, []);
  return [...ordered];
}

/**
 * Makes every shipped view anew and drops the others. Throws DuckDB's error of a view that cannot be made; then nothing
 * is changed.
 */
export async function createViews(database: Database): Promise<void> {
  const views = await readViews();
  await database.transaction(async () => {
    await dropOtherViews(database, new Set(views.map((view) => view.name)));
    for (const view of inOrder(views)) {
      await database.run(`CREATE OR REPLACE VIEW ${identifier(view.name)} AS ${view.select}`);
    }
  });
}

async function dropOtherViews(database: Database, names: ReadonlySet<string>): Promise<void> {
  const found = await database.rows('SELECT view_name FROM duckdb_views() WHERE NOT internal');
  for (const { view_name } of found) {
    if (!names.has(String(view_name))) await database.run(`DROP VIEW ${identifier(String(view_name))}`);
  }
}
