import { expect, test } from 'vitest';
import { listJournals } from '../../src/journal/list.ts';
import { openPublished } from '../../src/load/verify.ts';
import { Account } from './night.ts';

test('--retain-days removes what is older, and ignores it when it is served again', async () => {
  const account = await Account.open({ monitors: 1, ips: 3, days: 30, today: '2025-11-05', lateShare: 0 });
  await account.run();
  const all = await oldest(account.current);
  expect(all.record < '2025-10-20').toBe(true);
  for (let night = 0; night < 3; night += 1) {
    account.nextDay();
    const summary = await account.run({ retainDays: 7, verify: '100%' });
    expect(summary.status).toBe('ok');
    expect(summary.failed_checks.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
  const kept = await oldest(account.current);
  expect(kept).toMatchObject({ record: '2025-11-01', auth: '2025-11-01', cumulative: 1n });
  expect(await listJournals(`${account.out}/.state/journal`)).toHaveLength(4);
  for (let night = 0; night < 7; night += 1) account.nextDay();
  const late = await account.run({ retainDays: 7 });
  expect(late.warnings).toEqual([
    expect.stringMatching(/would remove \d+ of \d+ records at once.*--allow-purge/),
  ]);
  expect(await oldest(account.current)).toMatchObject({ snapshot: '2025-11-05', retained: 0 });
  await account.run({ retainDays: 7, allowPurge: true });
  expect(await oldest(account.current)).toMatchObject({ snapshot: '2025-11-08', record: '2025-11-08' });
  expect(await listJournals(`${account.out}/.state/journal`)).toHaveLength(3);
  await account.close();
});

async function oldest(versionDir: string) {
  const database = await openPublished(versionDir);
  const [row] = await database.rows(`SELECT
    (SELECT CAST(MIN(report_date) AS VARCHAR) FROM report_records) AS record,
    (SELECT CAST(MIN(report_date) AS VARCHAR) FROM auth_results) AS auth,
    (SELECT CAST(MIN(snapshot_date) AS VARCHAR) FROM aggregated_reports) AS snapshot,
    (SELECT value FROM parameters WHERE name = 'retain_days') AS retained,
    (SELECT COUNT(*) FROM meta_monitor_state WHERE is_cumulative) AS cumulative`);
  database.close();
  return row as { record: string; auth: string; snapshot: string; cumulative: bigint };
}
