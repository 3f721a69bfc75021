import { createHash } from 'node:crypto';
import { CONTRACT_VERSION } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import { describedViewColumns } from '../contract/view-columns.ts';
import { commentDatabase } from './comments.ts';
import type { Database } from './database.ts';
import { createViews, readViews } from './views.ts';

/**
 * Makes views and comments anew where they differ from those that a database with the digest `known` has (null = one
 * without any); making them costs as much as the rest of a small night. Returns the digest of what is there now.
 */
export async function updateCatalog(database: Database, known: string | null): Promise<string> {
  const digest = await digestCatalog();
  if (digest === known) return digest;
  await createViews(database);
  await commentDatabase(database);
  return digest;
}

async function digestCatalog(): Promise<string> {
  const tables = TABLES.map(({ name, description, grain, key, schema }) => [
    [name, description, grain, key],
    schema.fields.map((field) => [field.name, field.metadata.get('description')]),
  ]);
  const text = JSON.stringify([CONTRACT_VERSION, tables, await readViews(), [...describedViewColumns()]]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
