import type { TableContract } from '../../contract/table.ts';
import { LINEAGE_COLUMNS } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { columnList, keysEqual } from '../sql-text.ts';
import { answerColumns, receivedName } from './received.ts';

/** What became of the items of a stream; every valid item is counted once. */
export interface ItemCounts {
  readonly inserted: bigint;
  readonly changed: bigint;
  readonly identical: bigint;
  /** Valid items replaced by a later answer of the same journal. */
  readonly superseded: bigint;
  /** Valid items of listings that were not read to their end, and of days that are no longer kept. */
  readonly set_aside: bigint;
  /** Valid items of a listing that went into the sum of another one. */
  readonly summed: bigint;
}

/** Columns whose change makes a row another one: all an answer fills but the key and the lineage. */
function valueColumns(table: TableContract): string[] {
  return answerColumns(table).filter((name) => !table.key.includes(name) && !LINEAGE_COLUMNS.includes(name));
}

/**
 * Leaves in the staged table the last row of each key, after those for which `setAside` (SQL over alias `s`) holds have
 * gone; rows of one key that differ in a column of `apart` are left apart. The rows of keys that came more than once are
 * then in `repeated_<table>`, and where those stood that a later one replaced, in `superseded_<table>`.
 */
export async function keepNewest(
  database: Database,
  table: TableContract,
  { setAside = 'FALSE', apart = [] }: { readonly setAside?: string; readonly apart?: readonly string[] } = {},
): Promise<Pick<ItemCounts, 'superseded' | 'set_aside'>> {
  const name = stagedName(table.name);
  const key = columnList(table.key);
  const set_aside = await database.run(`DELETE FROM ${name} s WHERE ${setAside}`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE repeated_${table.name} AS
    SELECT ${columnList([...table.key, ...apart])}, _seq, _item FROM ${receivedName(table)}
    WHERE HASH(${key}) IN (SELECT HASH(${key}) FROM ${receivedName(table)} GROUP BY ALL HAVING COUNT(*) > 1)`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE superseded_${table.name} AS
    SELECT _seq, _item FROM (
      SELECT _seq, _item, ROW_NUMBER() OVER (
        PARTITION BY ${columnList([...table.key, ...apart])} ORDER BY _seq DESC, _item DESC) AS rank
      FROM repeated_${table.name}
    ) WHERE rank > 1`);
  return { superseded: await dropSuperseded(database, table, name), set_aside };
}

/** Removes from a staged table the rows of the items that `superseded_<table>` names; returns how many. */
export function dropSuperseded(database: Database, table: TableContract, staged: string): Promise<bigint> {
  return database.run(`
    DELETE FROM ${staged} s USING superseded_${table.name} d WHERE s._seq = d._seq AND s._item = d._item`);
}

/**
 * Makes the temporary table `known_<table>`: key and position of every staged row of which the database holds one, and
 * `is_changed`: whether their values differ. The join carries a 64-bit hash of the values instead of them, since whole rows
 * do not fit in memory: a change is overlooked if both happen to have the same. `is_other` = they differ in a column of
 * `apart`.
 */
export async function findKnown(
  database: Database,
  table: TableContract,
  apart: readonly string[] = [],
): Promise<void> {
  const key = columnList(table.key);
  const identity = apart.length === 0 ? '0' : `HASH(${columnList(apart)})`;
  const values = `HASH(${columnList(valueColumns(table))}) AS content, ${identity} AS identity`;
  await database.run(`
    CREATE OR REPLACE TEMP TABLE known_${table.name} AS
    SELECT ${columnList(table.key, 's')}, s._seq, s._item, s.content <> o.content AS is_changed,
      s.identity <> o.identity AS is_other
    FROM (SELECT ${key}, _seq, _item, ${values} FROM ${receivedName(table)}) s
    JOIN (SELECT ${key}, ${values} FROM main.${table.name}) o ON ${keysEqual(table.key, 's', 'o')}`);
}

/** Removes from a staged table the rows of the items that `known_<table>` finds identical. */
export async function dropIdentical(database: Database, table: TableContract, staged: string): Promise<void> {
  await database.run(`
    DELETE FROM ${staged} s USING known_${table.name} k
    WHERE s._seq = k._seq AND s._item = k._item AND NOT k.is_changed`);
}

/** Takes over the staged rows that are new or changed; leaves identical ones alone. */
export async function replaceChanged(database: Database, table: TableContract): Promise<void> {
  await removeChanged(database, table);
  await insertReceived(
    database,
    table,
    `NOT EXISTS (
      SELECT 1 FROM known_${table.name} k WHERE ${keysEqual(table.key, 's', 'k')} AND NOT k.is_changed)`,
  );
}

/** Removes from `table` what belongs to a changed row of `owner`: its own rows, or the auth results of a record. */
export async function removeChanged(
  database: Database,
  table: TableContract,
  owner: TableContract = table,
): Promise<void> {
  await database.run(`
    DELETE FROM main.${table.name} o USING known_${owner.name} k
    WHERE ${keysEqual(owner.key, 'o', 'k')} AND k.is_changed`);
}

/** Adds the staged rows for which `filter` (SQL over alias `s`) holds. */
export async function insertReceived(
  database: Database,
  table: TableContract,
  filter = 'TRUE',
): Promise<void> {
  const columns = answerColumns(table);
  await database.run(`
    INSERT INTO main.${table.name} (${columnList(columns)})
    SELECT ${columnList(columns, 's')} FROM ${receivedName(table)} s WHERE ${filter}`);
}

/** What became of the staged rows that were kept. */
export async function countKept(
  database: Database,
  table: TableContract,
): Promise<Pick<ItemCounts, 'inserted' | 'changed' | 'identical'>> {
  const [row] = await database.rows(`
    SELECT (SELECT COUNT(*) FROM ${stagedName(table.name)}) AS kept, COUNT(*) AS known,
      COUNT(*) FILTER (is_changed) AS changed
    FROM known_${table.name}`);
  const { kept = 0n, known = 0n, changed = 0n } = (row ?? {}) as Readonly<Record<string, bigint>>;
  return { inserted: kept - known, changed, identical: known - changed };
}
