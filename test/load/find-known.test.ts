import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportRecords } from '../../src/contract/report-records.ts';
import { STAGED } from '../../src/contract/staging.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createStaged, createTables } from '../../src/load/ddl.ts';
import { createReceived } from '../../src/load/merge/received.ts';
import { findKnown } from '../../src/load/merge/settle.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase(':memory:');
  await createTables(database);
  for (const table of [STAGED.attempts, STAGED.report_records]) await createStaged(database, table);
  await createReceived(database, reportRecords);
});
afterAll(() => database.close());

/** A column of a record, and its value in SQL. */
type Cell = readonly [column: string, sql: string];

/** Whether a record counts as changed, if it is stored with one cell and comes with the other. */
async function isChanged(stored: Cell, came: Cell): Promise<unknown> {
  await database.run(
    'DELETE FROM report_records; DELETE FROM staged_attempts; DELETE FROM staged_report_records',
  );
  await database.run(`
    INSERT INTO report_records (monitor_id, record_id, requested_ip, _run_id, ${stored[0]})
    VALUES ('m', 'r', '192.0.2.1', 'yesterday', ${stored[1]});
    INSERT INTO staged_attempts (_seq, monitor_id, requested_ip, _run_id) VALUES (1, 'm', '192.0.2.1', 'today');
    INSERT INTO staged_report_records (_seq, _item, record_id, ${came[0]}) VALUES (1, 0, 'r', ${came[1]})`);
  await findKnown(database, reportRecords);
  const known = await database.rows('SELECT is_changed FROM known_report_records');
  expect(known).toHaveLength(1);
  return known[0]?.is_changed;
}

test.each([
  ['city', "'Paris'", "'Paris'", false],
  ['city', 'NULL', 'NULL', false],
  ['city', "'Paris'", "'Lyon'", true],
  ['city', "'Paris'", 'NULL', true],
  ['city', 'NULL', "'Paris'", true],
  ['city', "''", 'NULL', true],
  ['total_volume', '0', 'NULL', true],
  ['total_volume', '1', '1', false],
  ['spf_aligned', 'FALSE', 'NULL', true],
  ['spf_aligned', 'TRUE', 'FALSE', true],
  ['dmarc_pass_rate', '0', '0', false],
  ['dmarc_pass_rate', '0', 'NULL', true],
  ['created_at', "'2025-11-05 00:00:00+00'", "'2025-11-05 00:00:01+00'", true],
])('%s stored as %s that comes as %s is changed: %s', async (column, stored, came, expected) => {
  expect(await isChanged([column, stored], [column, came])).toBe(expected);
});

test('a value that moves to another column is a change', async () => {
  expect(await isChanged(['city', "'X'"], ['country', "'X'"])).toBe(true);
});
