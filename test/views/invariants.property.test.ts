import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import { type RandomAccount, randomAccount, replaceAccount } from './random-account.ts';
import { dayNumber, openViews, select, TODAY } from './view-fixture.ts';

const RUNS = 4;

const FOUR_OUTCOMES = [
  'v_records',
  'v_domain_daily',
  'v_source_daily',
  'v_source_summary',
  'v_sender_summary',
  'v_geo',
];
const PASS_AND_FAIL = [
  ...FOUR_OUTCOMES,
  'v_source_class',
  'v_new_sources',
  'v_disposition_daily',
  'v_overrides',
  'v_reporters',
  'v_policy_impact',
  'v_enforcement_readiness',
];

const ALL_DAYS = 'TRUE';
const TO_TODAY = `report_day <= ${dayNumber(TODAY)}`;
const WINDOW = `${TO_TODAY} AND report_day > ${dayNumber(TODAY)} - 30`;

/** Views whose groups hold every message of the records of these days once. */
const TOTALS: readonly (readonly [view: string, days: string, measure: string])[] = [
  ['v_domain_daily', TO_TODAY, 'volume'],
  ['v_source_daily', ALL_DAYS, 'volume'],
  ['v_source_summary', ALL_DAYS, 'volume'],
  ['v_sender_summary', ALL_DAYS, 'volume'],
  ['v_source_class', TO_TODAY, 'volume'],
  ['v_failure_reasons', ALL_DAYS, 'fail_volume'],
  ['v_disposition_daily', ALL_DAYS, 'volume'],
  ['v_reporters', ALL_DAYS, 'volume'],
  ['v_geo', ALL_DAYS, 'volume'],
  ['v_policy_conformance', ALL_DAYS, 'volume'],
  ['v_policy_impact', WINDOW, 'volume'],
  ['v_enforcement_readiness', WINDOW, 'volume'],
];

/** Runs `check` over random accounts in one database. */
async function overAccounts(
  check: (database: Database, account: RandomAccount) => Promise<void>,
): Promise<void> {
  const database = await openViews();
  await fc.assert(
    fc.asyncProperty(randomAccount, async (account) => {
      await replaceAccount(database, account);
      await check(database, account);
    }),
    { numRuns: RUNS },
  );
  database.close();
}

test('outcomes are never negative and add up to the volume', async () => {
  await overAccounts(async (database) => {
    for (const view of PASS_AND_FAIL) {
      const parts = FOUR_OUTCOMES.includes(view)
        ? ['both_volume', 'dkim_only_volume', 'spf_only_volume', 'fail_volume']
        : ['pass_volume', 'fail_volume'];
      const broken = `${parts.join(' + ')} <> volume OR pass_volume + fail_volume <> volume OR LEAST(${parts.join(', ')}) < 0`;
      expect([view, await select(database, `SELECT COUNT(*) FROM ${view} WHERE ${broken}`)]).toEqual([
        view,
        [[0]],
      ]);
    }
  });
});

test('group totals equal the grand total of v_records, monitor by monitor', async () => {
  await overAccounts(async (database) => {
    for (const [view, days, measure] of TOTALS) {
      const differing = `SELECT a.monitor_id, a.total, b.total FROM
        (SELECT monitor_id, SUM(${measure}) AS total FROM v_records WHERE ${days} GROUP BY monitor_id) a
        LEFT JOIN (SELECT monitor_id, SUM(volume) AS total FROM ${view} GROUP BY monitor_id) b USING (monitor_id)
        WHERE a.total <> COALESCE(b.total, 0)`;
      expect([view, await select(database, differing)]).toEqual([view, []]);
    }
  });
});

test('rates and shares lie within 0 and 1, and are NULL when there are no messages', async () => {
  const columns = await (await openViews()).rows(
    "SELECT table_name, column_name FROM duckdb_columns() WHERE table_name LIKE 'v!_%' ESCAPE '!' AND data_type = 'DOUBLE'",
  );
  expect(columns.length).toBeGreaterThan(20);
  const bounds = new Map<string, string>();
  for (const { table_name, column_name } of columns) {
    const lowest = String(column_name).endsWith('_drop') ? -1 : 0;
    const before = bounds.get(String(table_name));
    const broken = `NOT (${column_name} BETWEEN ${lowest} AND 1)`;
    bounds.set(String(table_name), before === undefined ? broken : `${before} OR ${broken}`);
  }
  await overAccounts(async (database) => {
    for (const [view, broken] of bounds)
      expect([view, await select(database, `SELECT COUNT(*) FROM ${view} WHERE ${broken}`)]).toEqual([
        view,
        [[0]],
      ]);
    for (const view of ['v_domain_daily', 'v_source_summary', 'v_geo', 'v_reporters', 'v_sender_summary'])
      expect(await select(database, `SELECT COUNT(pass_rate) FROM ${view} WHERE volume = 0`)).toEqual([[0]]);
  });
});

test('signatures never count a record more than once in a group', async () => {
  await overAccounts(async (database) => {
    for (const view of ['v_dkim_selectors', 'v_spf_domains'])
      expect(
        await select(
          database,
          `SELECT COUNT(*) FROM ${view} s JOIN (SELECT monitor_id, SUM(volume) AS total FROM v_records GROUP BY monitor_id) t
            USING (monitor_id) WHERE s.messages_with_signature > t.total
              OR s.pass_messages + s.error_messages + s.fail_messages <> s.messages_with_signature`,
        ),
      ).toEqual([[0]]);
  });
});
