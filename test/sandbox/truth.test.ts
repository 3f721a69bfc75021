import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  ask,
  detailsPath,
  firstMonitor,
  listedIps,
  monitorIds,
  openSandbox,
  readAll,
  recordsOf,
} from './http.ts';

const FORMS = [
  { pagination: 'bare', percent: 'mixed', aligned: 'mixed', order: 'shuffled' },
  { pagination: 'links', percent: 'number', aligned: 'number', order: 'reverse', unknownFields: true },
  { pagination: 'total', percent: 'text', aligned: 'text', order: 'natural', window: 7 },
  { pagination: 'bare', oddities: true, percent: 'mixed', unknownFields: true },
] as const;

/** Reads the whole account over HTTP, in the shape of the truth. */
async function readEverything(sandbox: Sandbox) {
  const monitors = await readAll(sandbox, '/dmarc-monitoring');
  const aggregated: Record<string, unknown[]> = {};
  const records: Record<string, Record<string, unknown[] | null>> = {};
  const sources: Record<string, unknown[]> = {};
  for (const id of monitors.map((row) => row.id as string)) {
    aggregated[id] = await readAll(sandbox, `/dmarc-monitoring/${id}/report`);
    records[id] = {};
    for (const row of aggregated[id] as { ip_address?: string }[]) {
      if (row.ip_address === undefined) continue;
      const read =
        row.ip_address === '' ? null : readAll(sandbox, detailsPath(id, row.ip_address)).catch(() => null);
      records[id][row.ip_address] = await read;
    }
    sources[id] = (await ask(sandbox, `/dmarc-monitoring/${id}/report-sources`)).json.data;
  }
  return { monitors, aggregated_reports: aggregated, report_records: records, report_sources: sources };
}

describe('the truth', () => {
  it.each(FORMS)('is what is served: %o', async (forms) => {
    const sandbox = await openSandbox({ monitors: 3, ips: 15, days: 30, seed: 11, ...forms });
    sandbox.advanceDay();
    const { served, ever, today, ...now } = sandbox.truth();
    expect(today).toBe('2025-12-01');
    expect(served.report_records).toEqual({});
    expect(Object.keys(ever.report_records).sort()).toEqual(monitorIds(sandbox).sort());
    expect(await readEverything(sandbox)).toEqual(now);
    expect(await readEverything(sandbox)).toEqual(now);
  });

  it('is the same over HTTP, without a token', async () => {
    const sandbox = await openSandbox({ oddities: true });
    const response = await fetch(new URL('/_sandbox/truth', sandbox.url));
    const text = await response.text();
    expect(text).toContain('"total_volume":9007199254740993');
    expect(JSON.parse(text)).toEqual(sandbox.truth());
  });

  it('does not change with the account once it was told', async () => {
    const sandbox = await openSandbox({ monitors: 1, changeInPlace: 0.5 });
    await readEverything(sandbox);
    const before = sandbox.truth();
    const text = JSON.stringify(before);
    sandbox.advanceDay();
    await readEverything(sandbox);
    expect(JSON.stringify(before)).toBe(text);
    expect(sandbox.truth()).not.toEqual(before);
  });

  it('remembers what was served, the newest a key', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 5, days: 20, window: 5, changeInPlace: 0.3 });
    const id = firstMonitor(sandbox);
    const seen = new Map<string, unknown>();
    for (let night = 0; night < 8; night += 1) {
      await readEverything(sandbox);
      for (const row of recordsOf(sandbox, id)) seen.set(row.id as string, row);
      sandbox.advanceDay();
    }
    const { served, ever } = sandbox.truth();
    const rows = Object.entries(served.report_records[id] ?? {}).map(([key, { row }]) => [key, row]);
    expect(new Map(rows as [string, unknown][])).toEqual(seen);
    expect(seen.size).toBeGreaterThan(recordsOf(sandbox, id).length);
    expect(Object.keys(ever.report_records[id] ?? {}).length).toBeGreaterThan(seen.size);
  });

  it('counts pages as served one by one, with the address that was asked for', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 40, days: 60 });
    const id = firstMonitor(sandbox);
    const byIp = sandbox.truth().report_records[id] ?? {};
    const ip = listedIps(sandbox, id).find((each) => (byIp[each]?.length ?? 0) > 100) as string;
    await ask(sandbox, `${detailsPath(id, ip)}?limit=100&page=2`);
    const served = Object.values(sandbox.truth().served.report_records[id] ?? {});
    expect(served.map(({ row }) => row)).toEqual(byIp[ip]?.slice(100, 200));
    expect(new Set(served.map(({ requested_ip }) => requested_ip))).toEqual(new Set([ip]));
  });

  it('lists the oddities', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 2, oddities: true });
    const [first, empty] = monitorIds(sandbox) as [string, string];
    const truth = sandbox.truth();
    expect(truth.aggregated_reports[empty]).toEqual([]);
    expect(truth.aggregated_reports[first]).toContain('not a row');
    expect(truth.report_records[first]?.['']).toBeNull();
    expect(truth.report_records[first]?.['203.0.113.253']).toBeNull();
    const odd = truth.report_records[first]?.['203.0.113.254'] ?? [];
    expect(odd).toContain(null);
    expect(odd).toContainEqual(expect.objectContaining({ created_at: 'not-a-date' }));
    expect(odd).toContainEqual(expect.objectContaining({ total_volume: 1.5 }));
    expect(odd).toContainEqual(expect.objectContaining({ report_source: '__proto__' }));
    expect(odd.some((row) => row !== null && Object.hasOwn(row as object, '__proto__'))).toBe(true);
    expect((await ask(sandbox, detailsPath(first, '203.0.113.253'))).status).toBe(404);
  });
});
