import { positionColumns } from '../../contract/staging.ts';
import { originOf, type TableContract } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { identifier } from '../sql-text.ts';

/** Columns of a table that an answer fills. */
export function answerColumns(table: TableContract): string[] {
  return table.schema.fields.filter((field) => originOf(field) !== 'load').map((field) => field.name);
}

/** Name of the view that {@link createReceived} makes. */
export function receivedName(table: TableContract): string {
  return `received_${table.name}`;
}

/** Makes the temporary view of a table's staged rows in full: with what they share with all rows of their answer. */
export async function createReceived(database: Database, table: TableContract): Promise<void> {
  const columns = table.schema.fields.flatMap((field) => {
    const origin = originOf(field);
    return origin === 'load' ? [] : [`${origin === 'request' ? 'a' : 's'}.${identifier(field.name)}`];
  });
  const positions = positionColumns.map(({ name }) => `s.${identifier(name)}`);
  await database.run(`
    CREATE OR REPLACE TEMP VIEW ${receivedName(table)} AS
    SELECT ${[...columns, ...positions].join(', ')}
    FROM ${stagedName(table.name)} s JOIN staged_attempts a ON a._seq = s._seq`);
}
