import { describe, expect, it } from 'vitest';
import { firstMonitor, listedIps, openSandbox, type Row, recordsOf } from './http.ts';

const CALM = { steadyShare: 0, newIpShare: 0, lateShare: 0, changeInPlace: 0, changeAtEqualVolume: 0 };

const byId = (rows: Row[]) => new Map(rows.map((row) => [row.id as string, row]));

describe('another day', () => {
  it('brings records of that day for exactly the active share', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 50, days: 10, ...CALM, activeShare: 0.3 });
    const id = firstMonitor(sandbox);
    for (let night = 0; night < 3; night += 1) {
      const before = byId(recordsOf(sandbox, id));
      sandbox.advanceDay();
      const after = recordsOf(sandbox, id);
      const fresh = after.filter((row) => !before.has(row.id as string));
      expect(new Set(fresh.map((row) => row.ip_address)).size).toBe(15);
      expect(new Set(fresh.map((row) => String(row.created_at).slice(0, 10)))).toEqual(
        new Set([sandbox.truth().today]),
      );
      for (const row of after)
        if (before.has(row.id as string)) expect(before.get(row.id as string)).toEqual(row);
    }
  });

  it('brings nothing when nobody is active', async () => {
    const sandbox = await openSandbox({ monitors: 2, ...CALM, activeShare: 0 });
    const { today: _, ...before } = sandbox.truth();
    sandbox.advanceDay();
    const { today, ...after } = sandbox.truth();
    expect(after).toEqual(before);
    expect(today).toBe('2025-12-01');
  });

  it('lets late records appear one to three days after their day', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 30, days: 20, ...CALM, lateShare: 0.3 });
    const id = firstMonitor(sandbox);
    const lateness = new Set<number>();
    for (let night = 0; night < 6; night += 1) {
      const before = byId(recordsOf(sandbox, id));
      sandbox.advanceDay();
      const today = Date.parse(sandbox.truth().today);
      for (const row of recordsOf(sandbox, id).filter((each) => !before.has(each.id as string))) {
        lateness.add((today - Date.parse(String(row.created_at))) / 86_400_000);
      }
    }
    expect([...lateness].sort()).toEqual([0, 1, 2, 3]);
  });

  it('lets volumes grow in place', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 20, ...CALM, activeShare: 0, changeInPlace: 0.1 });
    const id = firstMonitor(sandbox);
    const before = byId(recordsOf(sandbox, id));
    sandbox.advanceDay();
    const changed = recordsOf(sandbox, id).filter(
      (row) => before.get(row.id as string)?.total_volume !== row.total_volume,
    );
    expect(changed.length).toBeGreaterThan(before.size * 0.05);
    expect(changed.length).toBeLessThan(before.size * 0.2);
    for (const row of changed) {
      expect(row.total_volume).toBeGreaterThan(before.get(row.id as string)?.total_volume as number);
    }
  });

  it('changes values at the same volume', async () => {
    const sandbox = await openSandbox({
      monitors: 1,
      ips: 20,
      ...CALM,
      activeShare: 0,
      changeAtEqualVolume: 0.1,
    });
    const id = firstMonitor(sandbox);
    const before = sandbox.truth();
    sandbox.advanceDay();
    const after = sandbox.truth();
    expect(after.aggregated_reports).toEqual(before.aggregated_reports);
    expect(after.report_records).not.toEqual(before.report_records);
    expect(Object.keys(after.ever.report_records[id] ?? {})).toEqual(
      Object.keys(before.ever.report_records[id] ?? {}),
    );
  });

  it('brings new IPs now and then', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 20, ...CALM, newIpShare: 0.1 });
    const id = firstMonitor(sandbox);
    for (let night = 0; night < 5; night += 1) sandbox.advanceDay();
    expect(new Set(listedIps(sandbox, id)).size).toBe(listedIps(sandbox, id).length);
    expect(listedIps(sandbox, id).length).toBeGreaterThan(29);
  });

  it('is the same whatever was read in between', async () => {
    const [read, unread] = await Promise.all([openSandbox({ seed: 3 }), openSandbox({ seed: 3 })]);
    for (let night = 0; night < 4; night += 1) {
      for (const sandbox of [read, unread]) sandbox.advanceDay();
      read.truth();
    }
    expect(read.truth()).toEqual(unread.truth());
  });
});
