import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { openPublished } from '../../src/load/verify.ts';
import { resolveLimits } from '../../src/options.ts';
import { replay } from '../../src/run/replay.ts';
import { expectSameReadings } from '../oracle/compare.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { Book } from './book.ts';
import { Account, DAY_MS } from './night.ts';

const HOUR_MS = 3_600_000;
const RUNS = Number(process.env.DMARC_TEST_CASES ?? 6);
const SIZE = { monitors: 1, ips: 4, days: 20, today: '2025-11-05', lateShare: 0 } as const;

/** The machine's clock while the API's goes right. */
function skewed(clock: Clock, byMs: number): Clock {
  return {
    now: () => clock.now() + byMs,
    monotonic: clock.monotonic,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

const skews = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 2 * HOUR_MS, max: 365 * DAY_MS }),
  fc.integer({ min: -365 * DAY_MS, max: -2 * HOUR_MS }),
);

test('a run says the same whatever the clock of its machine says', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.tuple(skews, fc.boolean()), { minLength: 2, maxLength: 4 }),
      async (seed, nights) => {
        const account = await Account.open({ ...SIZE, seed });
        const book = new Book(account);
        try {
          for (const [skewMs, isNextDay] of nights) {
            const clock = skewed(account.clock, skewMs);
            const summary = await book.run({ retainDays: 90, keepJournal: 90 }, { clock });
            expect(summary).toMatchObject({ status: 'ok', as_of_date: account.today });
            expect(summary.failed_checks.filter(({ severity }) => severity === 'error')).toEqual([]);
            expect(summary.warnings).toEqual(
              skewMs === 0 ? [] : [expect.stringMatching(/clock says .* the API's Date is 2025-11/)],
            );
            await book.expectTruth();
            if (isNextDay) account.nextDay();
          }
        } finally {
          await account.close();
        }
      },
    ),
    { numRuns: RUNS, seed: 20_251_105 },
  );
});

test.each([2 * HOUR_MS, 365 * DAY_MS])(
  'a dataset made while all clocks were %i ms ahead heals at the next run, and replay gives the same',
  async (aheadMs) => {
    const account = await Account.open({ ...SIZE, seed: 7 });
    try {
      await account.run();
      account.clock.advance(aheadMs);
      await account.run({ full: true });
      const later = account.clock.now();
      account.clock.advance(-aheadMs);
      const [monitor = ''] = Object.keys(account.sandbox.truth().report_records);
      account.sandbox.addSource(monitor, '192.0.2.77', 10);
      for (let night = 0; night < 2; night += 1) {
        const summary = await account.run();
        expect(summary).toMatchObject({ status: 'ok', as_of_date: account.today });
        expect(summary.failed_checks.filter(({ severity }) => severity === 'error')).toEqual([]);
      }
      expect(await latest(account.current)).toBeLessThan(later);
      const nights = await readDuckDb(join(account.current, 'dmarc.duckdb'));
      await replay(
        {
          ...{ out: account.out, allowShrink: false, checksDirectory: null, acceptedChecks: [] },
          limits: resolveLimits({}),
        },
        {
          ...{ clock: account.clock, fileSystem: nodeFileSystem },
          ...{ tell: () => undefined, warn: expect.fail, program_version: '0.0.0-test' },
        },
      );
      const {
        meta_journals: _,
        meta_checks: __,
        ...again
      } = await readDuckDb(join(account.current, 'dmarc.duckdb'));
      expectSameReadings(nights, again);
    } finally {
      await account.close();
    }
  },
);

/** The latest time that any table tells, but for what a run's own clock said of its start and end; ms since 1970. */
async function latest(versionDir: string): Promise<number> {
  const database = await openPublished(versionDir);
  const columns = await database.rows(`SELECT table_name, column_name FROM duckdb_columns()
    WHERE table_name NOT LIKE 'v!_%' ESCAPE '!' AND data_type IN ('DATE', 'TIMESTAMP WITH TIME ZONE') AND NOT internal
      AND NOT (table_name = 'meta_runs' AND column_name IN ('started_at', 'finished_at')) AND table_name <> 'meta_journals'`);
  const maxima = columns.map(
    ({ table_name, column_name }) =>
      `SELECT epoch_ms(MAX(CAST(${column_name} AS TIMESTAMPTZ))) AS ms FROM ${table_name}`,
  );
  const [row] = await database.rows(`SELECT MAX(ms) AS ms FROM (${maxima.join(' UNION ALL ')})`);
  database.close();
  return Number(row?.ms);
}
