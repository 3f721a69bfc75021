import { authResults } from '../../contract/auth-results.ts';
import { reportRecords } from '../../contract/report-records.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { keysEqual } from '../sql-text.ts';

/**
 * The API's ids of records look unique. Where one stands for several records all the same, of several addresses or days,
 * none is lost: the first keeps the id, the others are stored as `id~address~day`, with the id as it came in `extra`.
 */

/** Records of one id that differ in these are different records. */
export const APART = ['ip_canonical', 'report_date'] as const;

/** A record's id as the API gave it. */
export const OWN_ID = `COALESCE(json_extract_string(extra, '$.id'), record_id)`;

const STAGED = stagedName(reportRecords.name);

/** Gives ids of their own to records of this journal that share one; that of a stored record stays with it. */
export async function separateRepeated(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE renamed_records AS
    SELECT _seq, _item FROM (
      SELECT r._seq, r._item, ROW_NUMBER() OVER (
        PARTITION BY r.monitor_id, r.record_id
        ORDER BY o.record_id IS NULL, r._seq, r._item) AS position
      FROM repeated_report_records r
      LEFT JOIN main.report_records o ON ${keysEqual([...reportRecords.key, ...APART], 'o', 'r')}
      WHERE NOT EXISTS (
        SELECT 1 FROM superseded_report_records d WHERE d._seq = r._seq AND d._item = r._item)
    ) WHERE position > 1`);
  await rename(database);
}

/** Gives ids of their own to records whose id a stored record of another address or day has. Returns whether there were any. */
export async function separateKnown(database: Database): Promise<boolean> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE renamed_records AS
    SELECT _seq, _item FROM known_report_records WHERE is_other`);
  const [other] = await database.rows('SELECT 1 FROM renamed_records LIMIT 1');
  if (other === undefined) return false;
  await rename(database);
  return true;
}

async function rename(database: Database): Promise<void> {
  await database.run(`
    UPDATE ${stagedName(authResults.name)} a SET record_id = s.record_id || '~' || s.ip_canonical || '~' || s.report_date
    FROM ${STAGED} s JOIN renamed_records n ON n._seq = s._seq AND n._item = s._item
    WHERE a._seq = s._seq AND a._item = s._item`);
  await database.run(`
    UPDATE ${STAGED} s SET record_id = s.record_id || '~' || s.ip_canonical || '~' || s.report_date,
      extra = json_merge_patch(COALESCE(s.extra, '{}'), json_object('id', s.record_id))
    FROM renamed_records n WHERE n._seq = s._seq AND n._item = s._item`);
}
