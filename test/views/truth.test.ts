import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { expectSameRows } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { dayOfText } from '../oracle/moments.ts';
import { readViews } from '../oracle/read-duckdb.ts';
import type { Row, Tables } from '../oracle/row.ts';
import { domainDaily } from '../oracle/views/domain-daily.ts';
import { readiness } from '../oracle/views/readiness.ts';
import { recordFacts } from '../oracle/views/record-facts.ts';
import { sourceClasses } from '../oracle/views/source-class.ts';
import { sourceDaily } from '../oracle/views/source-daily.ts';
import { sourceSummary } from '../oracle/views/source-summary.ts';
import { Account } from '../run/night.ts';

const RUNS = Number(process.env.DMARC_TEST_CASES ?? 3);

/** Each view that is computed a second time, with its key. */
const KEYS = {
  v_records: ['monitor_id', 'record_id'],
  v_domain_daily: ['monitor_id', 'report_date'],
  v_source_daily: ['monitor_id', 'ip_canonical', 'report_date', 'reporter'],
  v_source_summary: ['monitor_id', 'ip_canonical'],
  v_enforcement_readiness: ['monitor_id'],
} as const;

const anAccount: fc.Arbitrary<Partial<SandboxOptions>> = fc.record({
  seed: fc.nat(),
  monitors: fc.constantFrom(1, 2, 3),
  ips: fc.constantFrom(3, 12),
  days: fc.constantFrom(1, 20, 45),
  percent: fc.constantFrom('percent', 'mixed'),
  aligned: fc.constantFrom('boolean', 'mixed'),
  oddities: fc.boolean(),
  lateShare: fc.constantFrom(0, 0.3),
});

const compared: Record<string, number> = {};
afterAll(() => console.log('rows of views that agree with a second computation', compared));

test('views say what the truth of a random account says, computed a second time', async () => {
  await fc.assert(fc.asyncProperty(anAccount, compareViews), { numRuns: RUNS });
  for (const view of Object.keys(KEYS)) expect(compared[view], view).toBeGreaterThan(0);
});

async function compareViews(options: Partial<SandboxOptions>): Promise<void> {
  const account = await Account.open({ today: '2025-11-05', ...options });
  try {
    const { run_id } = await account.run();
    const expectation = new Expectation();
    expectation.afterRun(account.sandbox.truth(), { run_id, day: account.today });
    const expected = computeViews(expectation.tables(), dayOfText(account.today));
    const found = await readViews(join(account.current, 'dmarc.duckdb'), Object.keys(KEYS));
    for (const [view, key] of Object.entries(KEYS)) {
      expectSameRows(found[view] ?? [], expected[view] ?? [], key, ['created_at'], view);
      compared[view] = (compared[view] ?? 0) + (expected[view]?.length ?? 0);
    }
  } finally {
    await account.close();
  }
}

function computeViews(tables: Tables, today: number): Tables {
  const records = recordFacts(tables, today);
  const classes = sourceClasses(tables, records, today);
  return {
    v_records: records.map((facts): Row => ({ ...facts })),
    v_domain_daily: domainDaily(tables, records, today),
    v_source_daily: sourceDaily(records),
    v_source_summary: sourceSummary(records, classes, today),
    v_enforcement_readiness: readiness(tables, records, classes, today).map(
      ({ has_no_record: _, known_judged: __, ...row }) => row,
    ),
  };
}
