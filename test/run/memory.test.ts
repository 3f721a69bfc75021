import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Account } from './night.ts';

/** A check that fails unless DuckDB has 100 MB. */
const HAS_ALL = `-- Severity: error
-- Description: DuckDB may use all of its memory.
SELECT current_setting('memory_limit') AS bound WHERE current_setting('memory_limit') <> '95.3 MiB'`;

test('what loading took is given back before anything is checked, and DuckDB has all of its memory then', async () => {
  const account = await Account.open({ monitors: 1, ips: 3, days: 5 });
  const checks = mkdtempSync(join(tmpdir(), 'dmarc-etl-checks-'));
  writeFileSync(join(checks, 'has_all_memory.sql'), HAS_ALL);
  const given: number[] = [];
  const summary = await account.run(
    { memoryLimit: '100MB', checks },
    { giveBackHeap: () => given.push(account.events.length) },
  );
  await account.close();
  expect(summary).toMatchObject({ status: 'ok', failed_checks: [] });
  // Called once, when the stage of publishing has begun.
  expect(given).toEqual([account.events.length]);
  expect(account.events.at(-1)).toEqual({ type: 'stage', stage: 'publish' });
});
