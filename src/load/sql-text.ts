/** SQL text from values of ours. Values of the API never pass here: they go into the database as Arrow batches. */

/** A string literal. Throws on NUL, which no path or name of ours contains. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new TypeError('a SQL literal cannot contain NUL');
  return `'${text.replaceAll("'", "''")}'`;
}

/** A quoted identifier. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('a SQL identifier cannot contain NUL');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Column names, quoted, each behind `alias.` when one is given, joined by commas. */
export function columnList(names: readonly string[], alias?: string): string {
  return names
    .map((name) => (alias === undefined ? identifier(name) : `${alias}.${identifier(name)}`))
    .join(', ');
}

/** `a.k = b.k AND …` for key columns, which are never NULL. */
export function keysEqual(key: readonly string[], left: string, right: string): string {
  return key.map((name) => `${left}.${identifier(name)} = ${right}.${identifier(name)}`).join(' AND ');
}

/** `(a.c IS DISTINCT FROM b.c OR …)`, of at least one column. */
export function anyDistinct(columns: readonly string[], left: string, right: string): string {
  const differs = (name: string) =>
    `${left}.${identifier(name)} IS DISTINCT FROM ${right}.${identifier(name)}`;
  return `(${columns.map(differs).join(' OR ')})`;
}
