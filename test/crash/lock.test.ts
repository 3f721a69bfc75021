import { expect, test } from 'vitest';
import { CrashAccount, summaryOf } from './crash-account.ts';

test('of two runs started together one works; the other asks nothing, exits 75 and names the first', async () => {
  const account = await CrashAccount.open({ slowMs: 300 });
  account.sandbox.configure({ faultAt: ({ timesAsked }) => (timesAsked === 0 ? 'slow' : null) });
  try {
    const runs = [account.start(), account.start()] as const;
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    const loser = ends.findIndex(({ code }) => code === 75);
    const [busy, worked] = [ends[loser], ends[1 - loser]];
    if (busy === undefined || worked === undefined) throw new Error(`none is busy: ${JSON.stringify(ends)}`);
    const summary = summaryOf(worked);
    expect(JSON.parse(busy.stdout)).toMatchObject({ status: 'failed', exit_code: 75, error: 'BusyError' });
    expect(busy.stderr).toContain(`process ${runs[1 - loser]?.pid}`);
    expect(account.sandbox.requests.total).toBe(summary.requests);
    await account.expectTruth(summary);
  } finally {
    await account.close();
  }
});

test('a run that was killed leaves no lock behind', async () => {
  const account = await CrashAccount.open();
  try {
    const killed = account.start();
    await killed.reaches('extract');
    killed.kill('SIGKILL');
    const next = account.start();
    await killed.ended;
    await account.expectTruth(await account.finish(next));
  } finally {
    await account.close();
  }
});
