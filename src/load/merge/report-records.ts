import { authResults } from '../../contract/auth-results.ts';
import { reportRecords } from '../../contract/report-records.ts';
import { STAGED } from '../../contract/staging.ts';
import { LINEAGE_COLUMNS } from '../../contract/table.ts';
import type { Database } from '../database.ts';
import { columnList, keysEqual, literal } from '../sql-text.ts';
import {
  answerColumns,
  applyVerdicts,
  classify,
  countItems,
  type ItemCounts,
  stageNewest,
} from './classify.ts';

/**
 * Merges the detail records of this journal, of the days from `firstDay` on (ISO date; null = all); older ones are set
 * aside. A record and its auth results are one thing: if either differs from what is stored, both are replaced together.
 */
export async function mergeReportRecords(database: Database, firstDay: string | null): Promise<ItemCounts> {
  const isOld = firstDay === null ? 'FALSE' : `s.report_date < DATE ${literal(firstDay)}`;
  await stageNewest(database, reportRecords, `NOT (${isOld})`);
  await stageAuthResults(database);
  await classify(database, reportRecords, STAGED.report_records);
  await compareAuthResults(database);
  await applyVerdicts(database, reportRecords, STAGED.report_records);
  await replaceAuthResults(database);
  return countItems(database, reportRecords, isOld);
}

/** The auth results that came with the newest answer of each record. */
async function stageAuthResults(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE newest_auth_results AS
    SELECT s.* FROM staged_auth_results s JOIN newest_report_records n
      ON ${keysEqual(reportRecords.key, 's', 'n')} AND s._seq = n._seq AND s._item = n._item`);
}

/** Records that are the same themselves are changed if their auth results are not. */
async function compareAuthResults(database: Database): Promise<void> {
  const columns = answerColumns(STAGED.auth_results).filter((name) => !LINEAGE_COLUMNS.includes(name));
  const of = (table: string) => `
    SELECT ${columnList(columns, 'a')} FROM ${table} a JOIN verdicts_report_records v
      ON ${keysEqual(reportRecords.key, 'a', 'v')} AND v.verdict = 'identical'`;
  const came = of('newest_auth_results');
  const stored = of('main.auth_results');
  await database.run(`
    UPDATE verdicts_report_records v SET verdict = 'changed'
    FROM (
      SELECT DISTINCT ${columnList(reportRecords.key)}
      FROM ((${came} EXCEPT ALL ${stored}) UNION ALL (${stored} EXCEPT ALL ${came}))
    ) d WHERE ${keysEqual(reportRecords.key, 'v', 'd')}`);
}

async function replaceAuthResults(database: Database): Promise<void> {
  const key = reportRecords.key;
  const columns = answerColumns(STAGED.auth_results);
  await database.run(`
    DELETE FROM main.${authResults.name} o USING verdicts_report_records v
    WHERE ${keysEqual(key, 'o', 'v')} AND v.verdict = 'changed'`);
  await database.run(`
    INSERT INTO main.${authResults.name} (${columnList(columns)})
    SELECT ${columnList(columns, 'n')} FROM newest_auth_results n
    JOIN verdicts_report_records v ON ${keysEqual(key, 'n', 'v')} AND v.verdict <> 'identical'`);
}
