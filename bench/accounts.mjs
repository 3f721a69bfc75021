/** Generated accounts, by the detail records that they hold, about. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Days are the same for all sizes: what grows is the number of source IPs. */
const DAYS = 90;
const RECORDS_OF_AN_IP = 136;
const MONITORS = 10;

/** Rounds go on by a day each: none may come to days after today, whose records are not believed. */
const DAYS_AGO = 30;

/** Sandbox options of an account with about so many detail records; each day 5 % of its IPs get new ones. */
export function accountOf(records) {
  return {
    seed: 7,
    today: new Date(Date.now() - DAYS_AGO * 86_400_000).toISOString().slice(0, 10),
    monitors: MONITORS,
    ips: Math.max(2, Math.round(records / MONITORS / RECORDS_OF_AN_IP)),
    days: DAYS,
    rateLimit: 0,
    quota: 100_000_000,
    pagination: 'total',
    activeShare: 0.05,
    newIpShare: 0,
    lateShare: 0,
    changeInPlace: 0,
    changeAtEqualVolume: 0,
    steadyShare: 0,
  };
}

/**
 * Starts the sandbox in a process of its own. `takeRequests`: those since it was last asked, by endpoint; `worked`: `{ ms }`
 * that its threads have worked.
 */
export async function startAccount(options) {
  const child = fork(
    fileURLToPath(new URL('./sandbox-process.mjs', import.meta.url)),
    [JSON.stringify(options)],
    {
      execArgv: ['--max-old-space-size=8192'],
    },
  );
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    });
  const ask = (message) => {
    child.removeAllListeners('exit');
    const answered = answer();
    child.send(message);
    return answered;
  };
  const { url, token } = await answer();
  return {
    url,
    token,
    advanceDay: () => ask('advance-day'),
    takeRequests: () => ask('requests'),
    worked: () => ask('worked'),
    close: () => ask('close'),
  };
}
