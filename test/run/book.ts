import { join } from 'node:path';
import type { RunFlags } from '../../src/options.ts';
import type { RunEffects, RunEvent } from '../../src/run/run-context.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { expectSameReadings, expectSameTables } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import type { Account } from './night.ts';

/** Runs of a cumulative account that are not cut short, with the oracle keeping the books beside them. */
export class Book {
  readonly #account: Account;
  readonly #expectation = new Expectation();

  constructor(account: Account) {
    this.#account = account;
  }

  /** One run, entered into the books as what it read. */
  async run(flags: RunFlags = {}, effects: Partial<RunEffects> = {}): Promise<RunSummary> {
    const account = this.#account;
    const before = account.events.length;
    const summary = await account.run(flags, effects);
    const events = account.events.slice(before);
    const read = new Set(
      events.flatMap((event) => (event.type === 'ip-done' ? [placeOf(event.monitor_id, event.ip)] : [])),
    );
    this.#expectation.afterRun(account.sandbox.truth(), {
      run_id: summary.run_id,
      day: account.today,
      aggregatedOf: readOf(events, 'aggregated_reports'),
      sourcesOf: readOf(events, 'report_sources'),
      isRead: (monitor, ip) => read.has(placeOf(monitor, ip)),
    });
    return summary;
  }

  /** Throws unless DuckDB and Parquet hold every row of every table as the books have it. */
  async expectTruth(): Promise<void> {
    const stored = await readDuckDb(join(this.#account.current, 'dmarc.duckdb'));
    const { tables: parquet } = await readParquet(this.#account.current);
    expectSameTables(stored, this.#expectation.tables());
    expectSameReadings(stored, parquet);
  }
}

function placeOf(monitor: string, ip: string): string {
  return JSON.stringify([monitor, ip]);
}

/** Monitors of which this stream was read to its end. */
function readOf(events: readonly RunEvent[], stream: string): Set<string> {
  const ids = events.flatMap((event) =>
    event.type === 'page' && event.isLast && event.scope.stream === stream ? [event.scope.monitor_id] : [],
  );
  return new Set(ids.filter((id) => id !== null));
}
