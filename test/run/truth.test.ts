import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Truth } from '../../src/sandbox/truth.ts';
import { expectSameReadings, expectSameTables } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import { Account } from './night.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const FORMS = ['bare', 'links', 'total'] as const;
const figures: string[] = [];

afterAll(() => console.log(['requests of a first run: asked = theoretical minimum', ...figures].join('\n')));

test.each(SEEDS.flatMap((seed) => FORMS.map((pagination) => ({ seed, pagination }))))(
  'seed $seed, pages in the form $pagination: DuckDB and Parquet are the truth, with the least requests',
  async ({ seed, pagination }) => {
    const account = await Account.open(variant(seed, pagination));
    try {
      const summary = await account.run();
      expect(summary.status).toBe('ok');
      const truth = account.sandbox.truth();
      const expectation = new Expectation();
      expectation.afterRun(truth, { run_id: summary.run_id, day: '2025-11-05' });
      const stored = await readDuckDb(join(account.current, 'dmarc.duckdb'));
      const { tables: parquet } = await readParquet(account.current);
      expectSameTables(stored, expectation.tables());
      expectSameTables(parquet, expectation.tables());
      expectSameReadings(stored, parquet);
      const least = leastRequests(truth, pagination);
      figures.push(`seed ${seed}, ${pagination}: ${account.sandbox.requests.total} = ${least}`);
      expect(account.sandbox.requests.total).toBe(least);
      expect(summary.requests).toBe(least);
    } finally {
      await account.close();
    }
  },
);

/** Small accounts, a few with more than a page of IPs or of records, value forms mixed, every third with oddities. */
function variant(seed: number, pagination: SandboxOptions['pagination']): Partial<SandboxOptions> {
  const size = [
    { ips: 3, days: 30 },
    { ips: 12, days: 10 },
    { ips: 101, days: 3 },
    { ips: 2, days: 150 },
  ][seed % 4];
  return {
    ...size,
    seed,
    pagination,
    today: '2025-11-05',
    monitors: seed % 5 === 0 ? 0 : 1 + (seed % 2),
    percent: 'mixed',
    aligned: 'mixed',
    oddities: seed % 3 === 0,
    unknownFields: seed % 2 === 0,
    order: (['natural', 'reverse', 'shuffled'] as const)[seed % 3] ?? 'natural',
  };
}

/**
 * Pages of monitors + pages of aggregated rows + pages of details + one report-sources a monitor. Where no links tell
 * the end, a full last page costs one more, but not of details: their sum tells that nothing is missing.
 */
function leastRequests(truth: Truth, form: SandboxOptions['pagination']): number {
  const filled = (rows: number) => Math.max(1, Math.ceil(rows / 100));
  const pages = (rows: number) => filled(rows) + (form === 'bare' && rows > 0 && rows % 100 === 0 ? 1 : 0);
  const aggregated = Object.values(truth.aggregated_reports).map((rows) => pages(rows.length));
  const details = Object.values(truth.report_records).flatMap((ips) =>
    Object.entries(ips).map(([ip, rows]) => (ip === '' ? 0 : rows === null ? 1 : filled(rows.length))),
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return pages(truth.monitors.length) + sum(aggregated) + sum(details) + truth.monitors.length;
}
