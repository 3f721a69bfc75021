import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../src/load/database.ts';
import { type RandomAccount, randomAccount, replaceAccount } from './random-account.ts';
import { dayNumber, openViews, select, TODAY } from './view-fixture.ts';

const RUNS = 4;

/** Views that tell by which check messages passed. */
const SPLIT = [
  'v_records',
  'v_domain_daily',
  'v_source_daily',
  'v_source_summary',
  'v_sender_summary',
  'v_geo',
];
const PASS_AND_FAIL = [
  ...SPLIT,
  'v_source_class',
  'v_new_sources',
  'v_disposition_daily',
  'v_overrides',
  'v_reporters',
  'v_policy_impact',
  'v_enforcement_readiness',
];

const ALL_DAYS = 'TRUE';
const WINDOW = `report_day <= ${dayNumber(TODAY)} AND report_day > ${dayNumber(TODAY)} - 30`;

/** A measure of a view, and that of v_records which it adds up to. */
type Measures = readonly (readonly [measure: string, total: string])[];
const PARTS: Measures = ['volume', 'pass_volume', 'fail_volume', 'unknown_volume'].map((name) => [
  name,
  name,
]);
const BY_VERDICT: Measures = ['pass', 'fail', 'unknown'].map((verdict) => [
  `CASE WHEN verdict = '${verdict}' THEN volume END`,
  `${verdict}_volume`,
]);

/** Views whose groups hold every message of the records of these days once; the last two tell only of monitors that there are. */
const TOTALS: readonly (readonly [view: string, days: string, measures: Measures])[] = [
  ['v_domain_daily', ALL_DAYS, PARTS],
  ['v_source_daily', ALL_DAYS, PARTS],
  ['v_source_summary', ALL_DAYS, PARTS],
  ['v_sender_summary', ALL_DAYS, PARTS],
  ['v_source_class', ALL_DAYS, PARTS],
  ['v_failure_reasons', ALL_DAYS, [['volume', 'fail_volume']]],
  ['v_disposition_daily', ALL_DAYS, PARTS],
  ['v_reporters', ALL_DAYS, PARTS],
  ['v_geo', ALL_DAYS, PARTS],
  ['v_policy_conformance', ALL_DAYS, BY_VERDICT],
  ['v_overrides', 'override_reason IS NOT NULL OR override_comment IS NOT NULL', PARTS],
  ['v_policy_impact', WINDOW, PARTS],
  ['v_enforcement_readiness', `${WINDOW} AND monitor_id IN (SELECT monitor_id FROM v_policy_current)`, PARTS],
  ['v_freshness', 'monitor_id IN (SELECT monitor_id FROM monitors)', [['volume', 'volume']]],
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

test('outcomes are never negative and add up to the volume, what is not known included', async () => {
  await overAccounts(async (database) => {
    for (const view of PASS_AND_FAIL) {
      const ways = SPLIT.includes(view)
        ? ['both_volume', 'dkim_only_volume', 'spf_only_volume', 'unattributed_volume']
        : ['pass_volume'];
      const parts = [...ways, 'fail_volume', 'unknown_volume'];
      const holds = `${ways.join(' + ')} = pass_volume AND ${parts.join(' + ')} = volume AND LEAST(${parts.join(', ')}) >= 0`;
      expect([
        view,
        await select(database, `SELECT COUNT(*) FROM ${view} WHERE (${holds}) IS NOT TRUE`),
      ]).toEqual([view, [[0]]]);
    }
  });
});

test('v_records holds every record that was not taken back, once', async () => {
  await overAccounts(async (database, { records }) => {
    const kept = records.filter(({ withdrawn_date }) => withdrawn_date === null);
    const volume = kept.reduce((sum, { total_volume }) => sum + Number(total_volume ?? 0), 0);
    expect(await select(database, 'SELECT COUNT(*), COALESCE(SUM(volume), 0) FROM v_records')).toEqual([
      [kept.length, volume],
    ]);
    // Nothing that is not known is exact, and what is exact is whole.
    expect(
      await select(
        database,
        `SELECT COUNT(*) FROM v_records WHERE is_exact AND (NOT is_volume_known OR unknown_volume > 0
          OR unattributed_volume > 0 OR pass_volume NOT IN (0, volume))`,
      ),
    ).toEqual([[0]]);
  });
});

test('group totals equal the grand total of v_records, monitor by monitor', async () => {
  await overAccounts(async (database) => {
    for (const [view, days, measures] of TOTALS)
      for (const [measure, total] of measures) {
        const differing = `SELECT a.monitor_id, a.total, b.total FROM
          (SELECT monitor_id, SUM(${total}) AS total FROM v_records WHERE ${days} GROUP BY monitor_id) a
          FULL JOIN (SELECT monitor_id, SUM(${measure}) AS total FROM ${view} GROUP BY monitor_id) b USING (monitor_id)
          WHERE COALESCE(a.total, 0) <> COALESCE(b.total, 0)`;
        expect([view, measure, await select(database, differing)]).toEqual([view, measure, []]);
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
