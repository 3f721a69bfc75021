import type { StagedTable } from '../../contract/staging.ts';
import { positionColumns } from '../../contract/staging.ts';
import type { TableContract } from '../../contract/table.ts';
import { LINEAGE_COLUMNS } from '../../contract/table.ts';
import type { Database, Row } from '../database.ts';
import { columnNames, stagedName } from '../ddl.ts';
import { anyDistinct, columnList, keysEqual } from '../sql-text.ts';

/** What became of the items of a stream; every valid item is counted once. */
export interface ItemCounts {
  readonly inserted: bigint;
  readonly changed: bigint;
  readonly identical: bigint;
  /** Valid items replaced by a later answer of the same journal. */
  readonly superseded: bigint;
  /** Valid items of listings that were not read to their end, and of days that are no longer kept. */
  readonly set_aside: bigint;
}

export const NO_ITEMS: ItemCounts = {
  inserted: 0n,
  changed: 0n,
  identical: 0n,
  superseded: 0n,
  set_aside: 0n,
};

/** Columns of a staged table that the contract's table has too. */
export function answerColumns(staged: StagedTable): string[] {
  const positions = positionColumns.map((field) => field.name);
  return columnNames(staged).filter((name) => !positions.includes(name));
}

/** Columns whose change makes a row another one: all an answer fills but the key and the lineage. */
export function valueColumns(table: TableContract, staged: StagedTable): string[] {
  return answerColumns(staged).filter((name) => !table.key.includes(name) && !LINEAGE_COLUMNS.includes(name));
}

/**
 * Makes the temporary table `newest_<table>`: of the staged rows that `filter` (SQL over alias `s`) lets through, the
 * last one of each key.
 */
export async function stageNewest(database: Database, table: TableContract, filter = 'TRUE'): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE newest_${table.name} AS
    SELECT * EXCLUDE (rank) FROM (
      SELECT s.*, ROW_NUMBER() OVER (PARTITION BY ${columnList(table.key)} ORDER BY _seq DESC, _item DESC) AS rank
      FROM ${stagedName(table.name)} s WHERE ${filter}
    ) WHERE rank = 1`);
}

/**
 * Makes the temporary table `verdicts_<table>` (the key and `verdict`: inserted, changed or identical) by comparing
 * `newest_<table>` with what the database holds.
 */
export async function classify(database: Database, table: TableContract, staged: StagedTable): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE verdicts_${table.name} AS
    SELECT ${columnList(table.key, 'n')}, CASE
        WHEN o.${table.key[0]} IS NULL THEN 'inserted'
        WHEN ${anyDistinct(valueColumns(table, staged), 'n', 'o')} THEN 'changed'
        ELSE 'identical' END AS verdict
    FROM newest_${table.name} n LEFT JOIN main.${table.name} o ON ${keysEqual(table.key, 'n', 'o')}`);
}

/** Replaces the rows that changed and adds the new ones; leaves identical ones alone. */
export async function applyVerdicts(
  database: Database,
  table: TableContract,
  staged: StagedTable,
): Promise<void> {
  const columns = columnList(answerColumns(staged));
  await database.run(`
    DELETE FROM main.${table.name} o USING verdicts_${table.name} v
    WHERE ${keysEqual(table.key, 'o', 'v')} AND v.verdict = 'changed'`);
  await database.run(`
    INSERT INTO main.${table.name} (${columns})
    SELECT ${columnList(answerColumns(staged), 'n')} FROM newest_${table.name} n
    JOIN verdicts_${table.name} v ON ${keysEqual(table.key, 'n', 'v')} AND v.verdict <> 'identical'`);
}

/** Counts the verdicts, and the staged rows that `newest_<table>` left behind. */
export async function countItems(
  database: Database,
  table: TableContract,
  setAside = 'FALSE',
): Promise<ItemCounts> {
  const [row] = await database.rows(`
    SELECT
      (SELECT COUNT(*) FROM verdicts_${table.name} WHERE verdict = 'inserted') AS inserted,
      (SELECT COUNT(*) FROM verdicts_${table.name} WHERE verdict = 'changed') AS changed,
      (SELECT COUNT(*) FROM verdicts_${table.name} WHERE verdict = 'identical') AS identical,
      (SELECT COUNT(*) FROM ${stagedName(table.name)} s WHERE NOT (${setAside}))
        - (SELECT COUNT(*) FROM verdicts_${table.name}) AS superseded,
      (SELECT COUNT(*) FROM ${stagedName(table.name)} s WHERE ${setAside}) AS set_aside`);
  return countsOf(row);
}

function countsOf(row: Row | undefined): ItemCounts {
  const count = (name: keyof ItemCounts) => BigInt((row?.[name] ?? 0n) as bigint);
  return {
    inserted: count('inserted'),
    changed: count('changed'),
    identical: count('identical'),
    superseded: count('superseded'),
    set_aside: count('set_aside'),
  };
}
