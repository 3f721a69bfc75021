import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultInfo } from '../../src/sandbox/faults.ts';
import type { ChildRun } from './child-run.ts';
import { CrashAccount } from './crash-account.ts';

let account: CrashAccount;

beforeEach(async () => {
  account = await CrashAccount.open();
});

afterEach(() => account.close());

const isDetail = ({ path }: FaultInfo) => /\/report\/[^/]+$/.test(path);

/** From the nth page of details on, answers take `slowMs`. */
function slowFromDetail(nth: number, slowMs: number): void {
  let details = 0;
  account.sandbox.configure({
    slowMs,
    faultAt: (info) => {
      if (isDetail(info)) details += 1;
      return isDetail(info) && details >= nth ? 'slow' : null;
    },
  });
}

/** Resolves when requests under way wait for slow answers. */
async function slowUnderWay(child: ChildRun): Promise<void> {
  let isOver = false;
  void child.ended.then(() => {
    isOver = true;
  });
  while (!isOver && account.sandbox.inFlight() < 2) await sleep(10);
  await sleep(100);
  expect(isOver).toBe(false);
}

/** How often each request was answered, by its path. */
function answered(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of account.sandbox.requests.list) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

async function stop(child: ChildRun, signal: NodeJS.Signals) {
  const beganAt = performance.now();
  child.kill(signal);
  const end = await child.ended;
  return { ...end, tookMs: performance.now() - beganAt };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  it('keeps the answers under way, asks nothing new, and the next run asks for none of it again', async () => {
    slowFromDetail(3, 1_500);
    const child = account.start();
    await slowUnderWay(child);
    const asked = account.sandbox.requests.total;
    const end = await stop(child, signal);
    expect(end).toMatchObject({ code, stdout: expect.stringContaining('"status":"interrupted"') });
    expect(end.tookMs).toBeLessThan(5_000);
    expect(account.sandbox.requests.total).toBe(asked);
    expect(await account.target()).toBeNull();
    account.sandbox.configure({ faultAt: null });
    await account.expectTruth(await account.finish());
    const details = [...answered()].filter(([path]) => /\/report\/[^/?]+\?/.test(path));
    expect(details.filter(([, times]) => times > 1)).toEqual([]);
    console.log(`${signal}: ended after ${Math.round(end.tookMs)} ms, no detail page asked for twice`);
  });

  it('drops answers that take longer than 5 seconds', async () => {
    slowFromDetail(3, 60_000);
    const child = account.start();
    await slowUnderWay(child);
    const asked = account.sandbox.requests.total;
    const end = await stop(child, signal);
    expect(end.code).toBe(code);
    expect(end.tookMs).toBeGreaterThan(4_000);
    expect(end.tookMs).toBeLessThan(6_500);
    expect(account.sandbox.requests.total).toBe(asked);
    account.sandbox.configure({ faultAt: null });
    await account.expectTruth(await account.finish());
    const twice = [...answered()].filter(([path, times]) => /\/report\/[^/?]+\?/.test(path) && times > 1);
    expect(twice.length).toBeLessThanOrEqual(4);
    console.log(
      `${signal}: dropped after ${Math.round(end.tookMs)} ms, ${twice.length} pages asked for twice`,
    );
  });

  it('ends the process at once when it comes again', async () => {
    slowFromDetail(3, 60_000);
    const child = account.start();
    await slowUnderWay(child);
    child.kill(signal);
    await sleep(200);
    const end = await stop(child, signal);
    expect(end.code).toBe(code);
    expect(end.tookMs).toBeLessThan(1_000);
    account.sandbox.configure({ faultAt: null });
    await account.expectTruth(await account.finish());
    console.log(`${signal} twice: ended ${Math.round(end.tookMs)} ms after the second`);
  });
});

it('a signal while the version is made ends without publishing, and loses nothing', async () => {
  const child = account.start();
  await child.reaches('publish');
  const { code } = await stop(child, 'SIGTERM');
  expect([0, 143]).toContain(code);
  await account.expectTruth(await account.finish());
});
