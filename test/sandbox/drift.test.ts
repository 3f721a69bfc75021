import { describe, expect, it } from 'vitest';
import { driftedOrder } from '../../src/sandbox/drift.ts';
import { ask, firstMonitor, openSandbox, type Row, readAll } from './http.ts';

const ips = (rows: Row[]) => rows.map((row) => row.ip_address as string);

describe('drift', () => {
  it('repeats the last row of the page before and loses another, the first time only', async () => {
    const sandbox = await openSandbox({
      monitors: 1,
      ips: 250,
      days: 1,
      pagination: 'total',
      drift: { share: 1 },
    });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report`;
    const first = ips(await readAll(sandbox, path));
    const second = ips(await readAll(sandbox, path));
    expect(first).toHaveLength(250);
    expect(new Set(first).size).toBeLessThan(250);
    expect(new Set(second).size).toBe(250);
    expect(first[100]).toBe(second[99]);
    expect(ips(await readAll(sandbox, path))).toEqual(second);
    expect((await ask(sandbox, `${path}?limit=100&page=2`)).json.meta.total).toBe(250);
  });

  it('comes again with another day, in another way', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 250, days: 1, newIpShare: 0, drift: { share: 1 } });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report`;
    const before = ips(await readAll(sandbox, path));
    sandbox.advanceDay();
    const after = ips(await readAll(sandbox, path));
    expect(new Set(after).size).toBeLessThan(250);
    expect(after).not.toEqual(before);
  });

  it('is a function of seed, URL and day', async () => {
    const options = { monitors: 1, ips: 250, days: 1, drift: { share: 0.5 } };
    const [one, same] = await Promise.all([openSandbox(options), openSandbox(options)]);
    const path = `/dmarc-monitoring/${firstMonitor(one)}/report`;
    await ask(same, `${path}?limit=50`);
    expect(await readAll(same, path)).toEqual(await readAll(one, path));
  });

  it('always serves rows of the listing, each at most once a page', () => {
    for (let start = 0; start < 30; start += 10) {
      for (let today = 0; today < 200; today += 1) {
        const order = driftedOrder({ share: 1 }, { seed: 1, url: '/x', today, timesAsked: 0 }, start, 25);
        const all = Array.from({ length: 25 }, (_, position) => order(position));
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, position) => position));
        expect(all[start]).toBe(start === 0 ? all[0] : start - 1);
      }
    }
  });

  it('spares listings of a single page', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 100, days: 1, drift: { share: 1 } });
    const id = firstMonitor(sandbox);
    expect(await readAll(sandbox, `/dmarc-monitoring/${id}/report`)).toEqual(
      sandbox.truth().aggregated_reports[id],
    );
  });
});
