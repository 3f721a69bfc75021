import { authResults } from '../../contract/auth-results.ts';
import { reportRecords } from '../../contract/report-records.ts';
import { LINEAGE_COLUMNS } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { columnList, keysEqual, literal } from '../sql-text.ts';
import { answerColumns, receivedName } from './received.ts';
import { sumRead } from './served.ts';
import {
  countKept,
  dropIdentical,
  dropSuperseded,
  findKnown,
  type ItemCounts,
  insertReceived,
  keepNewest,
  removeChanged,
} from './settle.ts';
import { APART, separateKnown, separateRepeated } from './shared-ids.ts';

/**
 * Merges the detail records of this journal, of the days from `firstDay` on (ISO date; null = all); older ones are set
 * aside. A record and its auth results are one thing: if either differs from what is stored, both are replaced together.
 */
export async function mergeReportRecords(database: Database, firstDay: string | null): Promise<ItemCounts> {
  const isOld = firstDay === null ? 'FALSE' : `report_date < DATE ${literal(firstDay)}`;
  const { superseded } = await keepNewest(database, reportRecords, { apart: APART });
  await sumRead(database);
  const set_aside = await database.run(`DELETE FROM ${stagedName(reportRecords.name)} WHERE ${isOld}`);
  await database.run(`DELETE FROM ${STAGED_RESULTS} WHERE ${isOld}`);
  await dropSuperseded(database, reportRecords, STAGED_RESULTS);
  await separateRepeated(database);
  await findKnown(database, reportRecords, APART);
  if (await separateKnown(database)) await findKnown(database, reportRecords, APART);
  await compareAuthResults(database);
  const kept = await countKept(database, reportRecords);
  for (const table of [reportRecords, authResults]) {
    // What is left then is news; it goes over without a join with what is stored, which would keep all of it in memory.
    await dropIdentical(database, reportRecords, stagedName(table.name));
    await removeChanged(database, table, reportRecords);
    await insertReceived(database, table);
  }
  return { superseded, set_aside, summed: 0n, ...kept };
}

const STAGED_RESULTS = stagedName(authResults.name);

/** Records that are the same themselves are changed if their auth results are not. */
async function compareAuthResults(database: Database): Promise<void> {
  const columns = answerColumns(authResults).filter((name) => !LINEAGE_COLUMNS.includes(name));
  const of = (table: string) => `
    SELECT ${columnList(columns, 'a')} FROM ${table} a JOIN known_report_records k
      ON ${keysEqual(reportRecords.key, 'a', 'k')} AND NOT k.is_changed`;
  const came = of(receivedName(authResults));
  const stored = of('main.auth_results');
  await database.run(`
    UPDATE known_report_records k SET is_changed = TRUE
    FROM (
      SELECT DISTINCT ${columnList(reportRecords.key)}
      FROM ((${came} EXCEPT ALL ${stored}) UNION ALL (${stored} EXCEPT ALL ${came}))
    ) d WHERE ${keysEqual(reportRecords.key, 'k', 'd')}`);
}
