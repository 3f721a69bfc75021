import { describe, expect, it } from 'vitest';
import {
  ask,
  detailsPath,
  firstMonitor,
  listedIps,
  openSandbox,
  type Row,
  readAll,
  recordsOf,
} from './http.ts';

const days = (rows: Row[]) => [...new Set(rows.map((row) => String(row.created_at).slice(0, 10)))].sort();

describe('dates', () => {
  it('honoured: rows of these days alone, in report, details and sources', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 8, days: 20, percent: 'number' });
    const id = firstMonitor(sandbox);
    const query = '&date_from=2025-11-20&date_to=2025-11-22';
    const listed = await readAll(sandbox, `/dmarc-monitoring/${id}/report`, query);
    const details: Row[] = [];
    for (const row of listed)
      details.push(...(await readAll(sandbox, detailsPath(id, String(row.ip_address)), query)));
    const expected = recordsOf(sandbox, id).filter((row) => /2025-11-2[012]/.test(String(row.created_at)));
    expect(details.map((row) => row.id).sort()).toEqual(expected.map((row) => row.id).sort());
    const volume = (rows: Row[]) => rows.reduce((sum, row) => sum + Number(row.total_volume), 0);
    expect(volume(listed)).toBe(volume(expected));
    const { json } = await ask(sandbox, `/dmarc-monitoring/${id}/report-sources?${query.slice(1)}`);
    expect(json.data.reduce((sum: number, row: { reports: number }) => sum + row.reports, 0)).toBe(
      expected.length,
    );
  });

  it('honoured: an IP without rows in these days is no 404, bad dates are a 422', async () => {
    const sandbox = await openSandbox({ monitors: 1, days: 5 });
    const id = firstMonitor(sandbox);
    const path = detailsPath(id, listedIps(sandbox, id)[0] as string);
    const { status, json } = await ask(sandbox, `${path}?date_to=2020-01-01`);
    expect([status, json.data]).toEqual([200, []]);
    for (const query of [
      'date_from=1700000000',
      'date_from=2025-02-30',
      'date_from=2025-02-02&date_to=2025-02-01',
    ]) {
      expect((await ask(sandbox, `${path}?${query}`)).status).toBe(422);
    }
  });

  it('ignored: as if they were not there', async () => {
    const sandbox = await openSandbox({ monitors: 1, dateFilters: 'ignored' });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report`;
    expect((await ask(sandbox, `${path}?date_from=2030-01-01`)).json).toEqual(
      (await ask(sandbox, path)).json,
    );
  });

  it('refused: a 422 that names the field', async () => {
    const sandbox = await openSandbox({ monitors: 1, dateFilters: 'refused' });
    const { status, json } = await ask(
      sandbox,
      `/dmarc-monitoring/${firstMonitor(sandbox)}/report?date_to=2025-11-01`,
    );
    expect([status, Object.keys(json.errors)]).toEqual([422, ['date_to']]);
  });

  it('needed by report-sources: a 422 that names date_from, else the sources of these days', async () => {
    const sandbox = await openSandbox({ monitors: 1, sourcesNeedDates: true, dateFilters: 'refused' });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report-sources`;
    const { status, json } = await ask(sandbox, path);
    expect([status, Object.keys(json.errors)]).toEqual([422, ['date_from']]);
    const dated = await ask(sandbox, `${path}?date_from=2025-11-01&date_to=2025-11-30`);
    expect(dated.json.data).toEqual(sandbox.truth().report_sources[firstMonitor(sandbox)]);
    expect(sandbox.truth().served.report_sources[firstMonitor(sandbox)]).toEqual({
      date_from: '2025-11-01',
      date_to: '2025-11-30',
      rows: dated.json.data,
    });
  });
});

describe('the window', () => {
  it('covers the last days, today included', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 10, days: 30, window: 3 });
    const id = firstMonitor(sandbox);
    const covered = ['2025-11-28', '2025-11-29', '2025-11-30'];
    expect(days(recordsOf(sandbox, id))).toEqual(covered);
    sandbox.advanceDay();
    expect(days(recordsOf(sandbox, id))).toEqual([...covered.slice(1), '2025-12-01']);
  });

  it('hides IPs without a record in it: not listed, and their details are 404', async () => {
    const sandbox = await openSandbox({
      monitors: 1,
      ips: 30,
      days: 30,
      activeShare: 0,
      steadyShare: 0,
      newIpShare: 0,
    });
    const id = firstMonitor(sandbox);
    const before = listedIps(sandbox, id);
    sandbox.configure({ window: 1 });
    sandbox.advanceDay();
    const hidden = before.find((ip) => !listedIps(sandbox, id).includes(ip)) as string;
    expect((await ask(sandbox, detailsPath(id, hidden))).status).toBe(404);
  });

  it('gives way to dates unless it is hard', async () => {
    const sandbox = await openSandbox({ monitors: 1, days: 30, window: 2 });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report?date_from=2012-01-01`;
    const soft = (await ask(sandbox, path)).json;
    sandbox.configure({ windowHard: true });
    const hard = (await ask(sandbox, path)).json;
    expect(hard.data).toEqual(sandbox.truth().aggregated_reports[firstMonitor(sandbox)]?.slice(0, 25));
    expect(soft).not.toEqual(hard);
  });

  it('of a steady IP has the same totals every day', async () => {
    const sandbox = await openSandbox({
      monitors: 1,
      ips: 10,
      days: 30,
      window: 7,
      steadyShare: 1,
      newIpShare: 0,
    });
    const id = firstMonitor(sandbox);
    const before = sandbox.truth();
    sandbox.advanceDay();
    const after = sandbox.truth();
    expect(after.aggregated_reports[id]).toEqual(before.aggregated_reports[id]);
    expect(after.report_records[id]).not.toEqual(before.report_records[id]);
  });
});

describe('other filters', () => {
  it('search, report_source, query, sort_by and status', async () => {
    const sandbox = await openSandbox({ monitors: 5, ips: 30, days: 10 });
    const id = firstMonitor(sandbox);
    const ip = listedIps(sandbox, id)[0] as string;
    const found = await readAll(
      sandbox,
      `/dmarc-monitoring/${id}/report`,
      `&search=${encodeURIComponent(ip)}`,
    );
    expect(found.map((row) => row.ip_address)).toContain(ip);
    const google = await readAll(sandbox, detailsPath(id, ip), '&report_source=google.com');
    expect(google.every((row) => row.report_source === 'google.com')).toBe(true);
    const name = (sandbox.truth().monitors[2] as { domain: { name: string } }).domain.name;
    expect((await ask(sandbox, `/dmarc-monitoring?query=${name}`)).json.data).toEqual([
      sandbox.truth().monitors[2],
    ]);
    const sorted = (await ask(sandbox, '/dmarc-monitoring?sort_by=created_at&order=desc')).json.data as Row[];
    const created = sorted.map((row) => String(row.created_at));
    expect(created).toEqual(created.toSorted().reverse());
    const sources = `/dmarc-monitoring/${id}/report-sources`;
    expect((await ask(sandbox, `${sources}?status=accepted`)).json.data).not.toEqual(
      (await ask(sandbox, sources)).json.data,
    );
    for (const query of ['sort_by=name', 'sort_by=created_at&order=up', `query=${'x'.repeat(256)}`]) {
      expect((await ask(sandbox, `/dmarc-monitoring?${query}`)).status).toBe(422);
    }
  });
});
