import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import { expectSameRows } from '../oracle/compare.ts';
import type { Row, Tables } from '../oracle/row.ts';
import { domainDaily } from '../oracle/views/domain-daily.ts';
import { readiness } from '../oracle/views/readiness.ts';
import { recordFacts } from '../oracle/views/record-facts.ts';
import { sourceClasses } from '../oracle/views/source-class.ts';
import { sourceDaily } from '../oracle/views/source-daily.ts';
import { sourceSummary } from '../oracle/views/source-summary.ts';
import { randomAccount, replaceAccount } from './random-account.ts';
import { dayNumber, openViews, plain, TODAY } from './view-fixture.ts';

const RUNS = Number(process.env.DMARC_TEST_CASES ?? 5);

const TABLES = 'monitors dmarc_policies report_records auth_results aggregated_reports meta_snapshots'.split(
  ' ',
);

async function rowsOf(database: Database, relation: string): Promise<Row[]> {
  const rows = await database.rows(`SELECT COLUMNS(*) FROM ${relation}`);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)])),
  );
}

test('views say of random odd rows what a second computation says', async () => {
  const database = await openViews();
  const today = dayNumber(TODAY);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(randomAccount, async (account) => {
      await replaceAccount(database, account);
      const tables: Tables = {};
      for (const name of TABLES) tables[name] = await rowsOf(database, name);
      const records = recordFacts(tables, today);
      const classes = sourceClasses(tables, records, today);
      const same = async (view: string, key: readonly string[], rows: readonly Row[]) => {
        expectSameRows(await rowsOf(database, view), rows, key, ['created_at'], view);
        compared += rows.length;
      };
      await same(
        'v_records',
        ['monitor_id', 'record_id'],
        records.map((facts): Row => ({ ...facts })),
      );
      await same(
        'v_source_daily',
        ['monitor_id', 'ip_canonical', 'report_date', 'reporter'],
        sourceDaily(records),
      );
      await same('v_source_summary', ['monitor_id', 'ip_canonical'], sourceSummary(records, classes, today));
      const ready = readiness(tables, records, classes, today);
      await same(
        'v_enforcement_readiness',
        ['monitor_id'],
        ready.map(({ has_no_record: _, known_judged: __, ...row }) => row),
      );
      await same('v_domain_daily', ['monitor_id', 'report_date'], domainDaily(tables, records, today));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(50);
  database.close();
});
