import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { firstMonitor, listedIps, monitorIds, openSandbox, type Row, recordsOf } from './http.ts';

const SMALL = { monitors: 2, ips: 12, days: 10 };

describe('the account', () => {
  it('is a function of the seed and the sizes', async () => {
    const [one, same, other] = await Promise.all([
      openSandbox({ ...SMALL, seed: 5, oddities: true, percent: 'mixed' }),
      openSandbox({ ...SMALL, seed: 5, oddities: true, percent: 'mixed' }),
      openSandbox({ ...SMALL, seed: 6, oddities: true, percent: 'mixed' }),
    ]);
    for (const sandbox of [one, same, other]) for (let i = 0; i < 5; i += 1) sandbox.advanceDay();
    expect(same.truth()).toEqual(one.truth());
    expect(other.truth()).not.toEqual(one.truth());
  });

  it('has the sizes asked for', async () => {
    const sandbox = await openSandbox({ monitors: 3, ips: 100, days: 5 });
    expect(monitorIds(sandbox)).toHaveLength(3);
    for (const id of monitorIds(sandbox)) expect(listedIps(sandbox, id)).toHaveLength(100);
    expect(sandbox.truth().today).toBe('2025-11-30');
  });

  it('has unique ids in the forms of the document', async () => {
    const sandbox = await openSandbox({ monitors: 4, ips: 40, days: 30 });
    const ids = monitorIds(sandbox).flatMap((id) => recordsOf(sandbox, id).map((row) => row.id as string));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
    for (const id of monitorIds(sandbox)) expect(id).toMatch(/^[0-9a-z]{16}$/);
    const [record] = recordsOf(sandbox, firstMonitor(sandbox));
    expect(record?.created_at).toMatch(/^2025-11-\d\dT00:00:00\.000000Z$/);
  });

  it('has IPv4 and IPv6 addresses in several spellings, none of them twice in a monitor', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 2_000, days: 1 });
    const ips = listedIps(sandbox, firstMonitor(sandbox));
    const canonical = new Set(
      ips.map((ip) => new URL(`http://[${ip.includes(':') ? ip : `::ffff:${ip}`}]`).hostname),
    );
    expect(canonical.size).toBe(2_000);
    expect(ips.filter((ip) => isIP(ip) === 0)).toEqual([]);
    expect(ips.some((ip) => ip.startsWith('::ffff:'))).toBe(true);
    expect(ips.some((ip) => /[A-F]/.test(ip))).toBe(true);
    expect(ips.some((ip) => ip.startsWith('192.168.'))).toBe(true);
    expect(ips.some((ip) => ip.startsWith('100.64.'))).toBe(true);
  });

  it('has senders of every kind: rates, overrides, several signatures, missing results', async () => {
    const sandbox = await openSandbox({ monitors: 3, ips: 60, days: 30 });
    const rows = monitorIds(sandbox).flatMap((id) => recordsOf(sandbox, id));
    const has = (test: (row: Row) => boolean) => rows.filter(test).length;
    expect(has((row) => row.passed_dmarc === '100%')).toBeGreaterThan(rows.length / 4);
    expect(has((row) => row.passed_dmarc === '0%')).toBeGreaterThan(rows.length / 10);
    expect(has((row) => !['0%', '100%'].includes(String(row.passed_dmarc)))).toBeGreaterThan(0);
    expect(has((row) => row.override_reason !== null)).toBeGreaterThan(0);
    expect(has((row) => Array.isArray(row.dkim_auth) && row.dkim_auth.length > 1)).toBeGreaterThan(0);
    expect(has((row) => row.spf_auth === null)).toBeGreaterThan(0);
    expect(has((row) => !Object.hasOwn(row, 'spf_auth'))).toBeGreaterThan(0);
    expect(has((row) => row.total_volume === 0)).toBeGreaterThan(0);
    expect(has((row) => row.applied_policy === 'pass')).toBeGreaterThan(0);
    expect(has((row) => row.report_source === '')).toBeGreaterThan(0);
  });

  it('has IPs with more than one page of records in a month, and reports of other days', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 50, days: 40 });
    const byIp = sandbox.truth().report_records[firstMonitor(sandbox)] ?? {};
    expect(Math.max(...Object.values(byIp).map((rows) => rows?.length ?? 0))).toBeGreaterThan(100);
  });

  it('sums up the records of an IP in its aggregated row', async () => {
    const sandbox = await openSandbox({ ...SMALL, percent: 'number' });
    for (const id of monitorIds(sandbox)) {
      const { aggregated_reports, report_records } = sandbox.truth();
      for (const row of (aggregated_reports[id] ?? []) as Row[]) {
        const records = (report_records[id]?.[row.ip_address as string] ?? []) as Row[];
        const volume = records.reduce((sum, record) => sum + (record.total_volume as number), 0);
        const passed = records.reduce(
          (sum, record) => sum + (record.total_volume as number) * (record.passed_dmarc as number),
          0,
        );
        expect(row.total_volume).toBe(volume);
        expect(row.passed_dmarc).toBeCloseTo(volume === 0 ? 0 : passed / volume, 0);
      }
    }
  });

  it('can be empty: no monitors, no IPs, no days', async () => {
    const none = await openSandbox({ monitors: 0 });
    expect(none.truth().monitors).toEqual([]);
    const bare = await openSandbox({ monitors: 1, ips: 0 });
    expect(bare.truth().aggregated_reports[firstMonitor(bare)]).toEqual([]);
    const young = await openSandbox({ monitors: 1, days: 0 });
    expect(young.truth().aggregated_reports[firstMonitor(young)]).toEqual([]);
    for (const sandbox of [none, bare, young]) sandbox.advanceDay();
    expect(young.truth().aggregated_reports[firstMonitor(young)]).not.toEqual([]);
  });

  it('refuses options that make no sense', async () => {
    await expect(openSandbox({ host: '0.0.0.0' })).rejects.toThrow(/loopback/);
    await expect(openSandbox({ ips: -1 })).rejects.toThrow(/ips/);
    await expect(openSandbox({ today: '2025-02-30' })).rejects.toThrow(/today/);
    await expect(openSandbox({ order: 'up' as 'natural' })).rejects.toThrow(/order/);
    const sandbox = await openSandbox({ monitors: 0 });
    expect(() => sandbox.configure({ seed: 2 } as object)).toThrow(/seed/);
    expect(() => sandbox.configure({ nonsense: 2 } as object)).toThrow(/nonsense/);
  });
});
