import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Truth } from '../../src/sandbox/truth.ts';
import { expectSameReadings, expectSameTables } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { noFindings } from '../oracle/item.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import { readCount } from '../oracle/readings.ts';
import { readRecord } from '../oracle/record-rows.ts';
import type { Cell } from '../oracle/row.ts';
import { provenPages } from './cost.ts';
import { Account } from './night.ts';

const TODAY = '2025-11-05';
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
      expectation.afterRun(truth, { run_id: summary.run_id, day: TODAY });
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
    today: TODAY,
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
 * the end, a listing that was never read takes one more, and so do details, unless their sum tells that nothing is missing.
 */
function leastRequests(truth: Truth, form: SandboxOptions['pagination']): number {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const ofMonitors = Object.entries(truth.aggregated_reports).map(([monitor, listed]) => {
    const details = Object.entries(truth.report_records[monitor] ?? {}).map(([ip, rows]) => {
      if (ip === '' || rows === null) return ip === '' ? 0 : 1;
      const wanted = volumeOf(
        readCount(
          textOf(
            listed.find((row) => textOf(row, 'ip_address') === ip),
            'total_volume',
          ),
        ).value,
      );
      const where = { monitor_id: monitor, requested_ip: ip, receiptDay: TODAY };
      const got = rows.map((row) => volumeOf(readRecord(where, row, noFindings())?.record.total_volume) ?? 0);
      const isToldBySum = wanted !== null && sum(got) >= wanted;
      return provenPages(rows.length, isToldBySum ? 'total' : form);
    });
    return provenPages(listed.length, form) + sum(details);
  });
  return provenPages(truth.monitors.length, form) + sum(ofMonitors) + truth.monitors.length;
}

function textOf(row: unknown, name: string): unknown {
  return new Map(Object.entries(row ?? {})).get(name);
}

function volumeOf(cell: Cell | undefined): number | null {
  return typeof cell === 'bigint' ? Number(cell) : null;
}
