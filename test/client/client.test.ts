import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, type OpenClient, openClient } from '../../src/client/open-client.ts';
import {
  ApiError,
  AuthenticationError,
  ConfigurationError,
  RefusedError,
  UncertainError,
} from '../../src/errors.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { JumpClock } from '../run/night.ts';
import { firstMonitor, listedIps, monitorIds, openSandbox } from '../sandbox/http.ts';

/** A client of a sandbox on a clock that jumps. */
function open(sandbox: Sandbox, options: Partial<ClientOptions> = {}): OpenClient {
  const opened = openClient({
    ...{ token: sandbox.token, apiUrl: sandbox.url, ratePerMinute: 0, clock: new JumpClock('2025-11-30') },
    ...options,
  });
  onTestFinished(() => opened.close());
  return opened;
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

const rawOf = (rows: readonly { readonly raw: unknown }[]) => rows.map(({ raw }) => raw);

/** The next requests of a method get these faults, one after the other, then none. */
function spoil(sandbox: Sandbox, method: string, ...faults: readonly Fault[]): void {
  let asked = 0;
  sandbox.configure({
    faultAt: (info) => {
      if (info.method !== method) return null;
      asked += 1;
      return faults[asked - 1] ?? null;
    },
  });
}

const sent = (sandbox: Sandbox, method: string) =>
  sandbox.requests.list.filter((request) => request.method === method).length;

function spareDomain(sandbox: Sandbox): string {
  return sandbox.spareDomains()[0]?.id ?? '';
}

describe('reading', () => {
  it.each(['bare', 'links', 'total'] as const)(
    'all of every listing, pages in the form %s',
    async (pagination) => {
      const sandbox = await openSandbox({ monitors: 3, ips: 130, days: 2, pagination });
      const { client, report } = open(sandbox);
      const truth = sandbox.truth();
      const id = firstMonitor(sandbox);
      expect(rawOf(await all(client.monitors()))).toEqual(truth.monitors);
      expect(rawOf(await all(client.aggregatedReports(id)))).toEqual(truth.aggregated_reports[id]);
      const [ip = ''] = listedIps(sandbox, id);
      expect(rawOf(await all(client.reportRecords(id, ip)))).toEqual(truth.report_records[id]?.[ip]);
      expect(rawOf(await all(client.reportSources(id)))).toEqual(truth.report_sources[id]);
      expect(report().requests).toBe(sandbox.requests.total);
    },
  );

  it('asks for a page only when its rows are wanted', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 250, days: 1 });
    const { client } = open(sandbox);
    for await (const { ip_address } of client.aggregatedReports(firstMonitor(sandbox))) {
      expect(ip_address).toEqual(expect.any(String));
      break;
    }
    expect(sandbox.requests.total).toBe(1);
  });

  it('gives each row once when rows move between the pages', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 150, days: 1, pagination: 'total' });
    const { client } = open(sandbox);
    const id = firstMonitor(sandbox);
    const [gone = ''] = listedIps(sandbox, id);
    const seen: (string | null)[] = [];
    for await (const { ip_address } of client.aggregatedReports(id)) {
      seen.push(ip_address);
      if (seen.length === 1) sandbox.removeSource(id, gone);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(listedIps(sandbox, id)));
  });

  it('has the typed fields, with null for what is absent or of no form the API has', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 2, days: 1, percent: 'percent' });
    const id = firstMonitor(sandbox);
    sandbox.setMonitor(id, { dmarc_valid: 'perhaps', domain: null, news: [1] });
    const { client } = open(sandbox);
    const [monitor] = await all(client.monitors());
    expect(monitor).toMatchObject({ id, dmarc_valid: null, domain: null, raw: { news: [1] } });
    const [row] = await all(client.aggregatedReports(id));
    expect(row?.passed_dmarc).toMatch(/%$/);
    expect(row?.is_favorite).toEqual(expect.any(Boolean));
  });

  it('asks for 30 days of report sources where the API insists on days', async () => {
    const sandbox = await openSandbox({ monitors: 1, sourcesNeedDates: true, today: '2025-11-30' });
    const { client } = open(sandbox);
    const id = firstMonitor(sandbox);
    expect((await all(client.reportSources(id))).length).toBeGreaterThan(0);
    expect(sandbox.requests.list.at(-1)?.path).toContain('date_from=2025-11-01&date_to=2025-11-30');
    const own = { date_from: '2025-11-20', date_to: '2025-11-21' };
    await all(client.reportSources(id, own));
    expect(sandbox.requests.list.at(-1)?.path).toContain('date_from=2025-11-20&date_to=2025-11-21');
  });

  it('hands filters on, undefined ones not', async () => {
    const sandbox = await openSandbox({ monitors: 1, pagination: 'links' });
    const { client } = open(sandbox);
    const id = firstMonitor(sandbox);
    await all(client.monitors({ sort_by: 'created_at', order: 'desc' }));
    await all(client.aggregatedReports(id, { date_from: '2025-11-29' }));
    expect(sandbox.requests.list.map(({ path }) => path.split('?')[1])).toEqual([
      'page=1&limit=100&sort_by=created_at&order=desc',
      'page=1&limit=100&date_from=2025-11-29',
    ]);
  });

  it('refuses a row that is none', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    sandbox.setMonitor(firstMonitor(sandbox), { id: 7 });
    const read = all(open(sandbox).client.monitors());
    await expect(read).rejects.toThrow('the API sent a monitor that cannot be used: id is not');
  });
});

describe('refusals', () => {
  it('tell status, code and fields', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const { client } = open(sandbox);
    const refused = await client.createMonitor('none').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({
      refusal: { status: 422, code: 'MS42209', fields: { domain_id: [expect.any(String)] } },
      message:
        'POST /dmarc-monitoring: a field of the request is missing or not accepted (422 #MS42209: The domain_id is invalid. #MS42209)',
    });
    const missing = await all(client.aggregatedReports('none')).catch((error: unknown) => error);
    expect(missing).toMatchObject({
      refusal: { status: 404, code: null },
      message:
        'GET /dmarc-monitoring/none/report: there is no such thing in this account (404: Resource not found.)',
    });
    expect(sandbox.requests.total).toBe(2);
  });

  it('of the token or its scope are authentication errors, and nothing is asked again', async () => {
    const sandbox = await openSandbox({ monitors: 1, readOnlyToken: 'mlsn.read-only-token-0123456789' });
    const wrong = open(sandbox, { token: 'mlsn.wrong' });
    await expect(all(wrong.client.monitors())).rejects.toThrow(AuthenticationError);
    const reader = open(sandbox, { token: 'mlsn.read-only-token-0123456789' });
    await expect(reader.client.deleteMonitor(firstMonitor(sandbox))).rejects.toThrow(
      /dmarc_monitoring_full|scope/,
    );
    expect(monitorIds(sandbox)).toHaveLength(1);
    expect(sent(sandbox, 'DELETE')).toBe(1);
  });

  it.each(['', ' ', '.', '..', '\ud800'])('%j is no part of an address: nothing is sent', async (text) => {
    const sandbox = await openSandbox({ monitors: 1 });
    const { client } = open(sandbox);
    await expect(client.deleteMonitor(text)).rejects.toThrow(ConfigurationError);
    await expect(client.addFavorite('m', text)).rejects.toThrow(ConfigurationError);
    await expect(all(client.reportRecords('m', text))).rejects.toThrow(ConfigurationError);
    expect(sandbox.requests.total).toBe(0);
  });
});

describe('writes in trouble', () => {
  it('a create whose answer is lost is looked for, not sent again', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const domain = spareDomain(sandbox);
    spoil(sandbox, 'POST', 'torn');
    const monitor = await open(sandbox).client.createMonitor(domain);
    expect(monitor).toMatchObject({ id: monitorIds(sandbox)[1], domain: { id: domain } });
    expect([sent(sandbox, 'POST'), monitorIds(sandbox).length]).toEqual([1, 2]);
  });

  it.each(['reset', '500', '503', 'html-503'] as const)(
    'a create that fails with %s and was not done is sent again',
    async (fault) => {
      const sandbox = await openSandbox({ monitors: 1, pagination: 'links' });
      spoil(sandbox, 'POST', fault);
      const monitor = await open(sandbox).client.createMonitor(spareDomain(sandbox));
      expect(monitor.id).toBe(monitorIds(sandbox)[1]);
      expect(sandbox.requests.list.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
    },
  );

  it('a create that was not taken up is sent again without a look', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    spoil(sandbox, 'POST', '421', '421');
    await open(sandbox).client.createMonitor(spareDomain(sandbox));
    expect(sandbox.requests.list.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
  });

  it('a create that never gets through ends as uncertain, after three', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    sandbox.configure({ faultAt: ({ method }) => (method === 'POST' ? '500' : null) });
    const created = open(sandbox).client.createMonitor(spareDomain(sandbox));
    await expect(created).rejects.toThrow(UncertainError);
    expect(sent(sandbox, 'POST')).toBe(3);
  });

  it('a create that said 201 without a monitor is looked for, and never sent again', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    spoil(sandbox, 'POST', { status: 201, body: '<html>' });
    await expect(open(sandbox).client.createMonitor(spareDomain(sandbox))).rejects.toThrow(UncertainError);
    expect(sent(sandbox, 'POST')).toBe(1);
  });

  it.each(['reset', 'torn', '500', '429-minute-bare', '421'] as const)(
    'an update is sent again after %s',
    async (fault) => {
      const sandbox = await openSandbox({ monitors: 1 });
      spoil(sandbox, 'PUT', fault);
      const id = firstMonitor(sandbox);
      const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
      const { client } = open(sandbox, fault === '429-minute-bare' ? {} : { clock });
      const updated = await client.updateMonitor(id, 'v=DMARC1; p=none');
      expect(updated).toMatchObject({ id, wanted_dmarc_record: 'v=DMARC1; p=none' });
      expect(sent(sandbox, 'PUT')).toBe(2);
    },
  );

  it('an update that said 200 without a monitor is looked for', async () => {
    const sandbox = await openSandbox({ monitors: 2 });
    const [, id = ''] = monitorIds(sandbox);
    spoil(sandbox, 'PUT', { status: 200, body: '' });
    expect(await open(sandbox).client.updateMonitor(id, 'v=DMARC1; p=none')).toMatchObject({ id });
    expect(sent(sandbox, 'PUT')).toBe(1);
  });

  it('a delete whose answer was lost is done when it is not found any more', async () => {
    const sandbox = await openSandbox({ monitors: 2 });
    const [, id = ''] = monitorIds(sandbox);
    spoil(sandbox, 'DELETE', 'torn');
    const { client } = open(sandbox);
    await client.deleteMonitor(id);
    expect(sandbox.requests.list.map(({ status }) => status)).toEqual([0, 404]);
    await expect(client.deleteMonitor(id)).rejects.toThrow(RefusedError);
  });

  it('a delete that was not taken up at first is not done because nothing is found', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    spoil(sandbox, 'DELETE', '421');
    await expect(open(sandbox).client.deleteMonitor('none')).rejects.toThrow(RefusedError);
  });

  it('what no answer tells of is uncertain, and what was never sent is not', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const id = firstMonitor(sandbox);
    sandbox.configure({ faultAt: ({ method }) => (method === 'PUT' ? 'reset' : null) });
    const { client } = open(sandbox);
    await expect(client.addFavorite(id, '192.0.2.1')).rejects.toThrow(/whether it was done is not known/);
    expect(sent(sandbox, 'PUT')).toBe(5);
    await sandbox.close();
    const failed = await client.addFavorite(id, '192.0.2.1').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApiError);
    expect(failed).not.toBeInstanceOf(UncertainError);
  });

  it('stopped while one is under way: uncertain, and nothing more is sent', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const stop = new AbortController();
    sandbox.configure({
      faultAt: ({ method }) => {
        if (method === 'PUT') stop.abort(new Error('stopped by SIGINT'));
        return method === 'PUT' ? 'reset' : null;
      },
    });
    const { client } = open(sandbox, { signal: stop.signal });
    const failed = await client.updateMonitor(firstMonitor(sandbox), 'x').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UncertainError);
    expect(String(failed)).toContain('stopped by SIGINT');
    expect(sent(sandbox, 'PUT')).toBe(1);
  });
});

describe('the governor', () => {
  it('leaves the reserve of the quota alone: what would touch it is not sent', async () => {
    const sandbox = await openSandbox({ monitors: 1, quota: 100, quotaUsed: 80 });
    const { client, quota } = open(sandbox);
    const id = firstMonitor(sandbox);
    await expect(client.deleteMonitor(id)).rejects.toThrow(/no further request is sent: the day's quota/);
    expect(sandbox.requests.total).toBe(0);
    expect(await quota()).toMatchObject({ quota: 100, remaining: 20 });
    await open(sandbox, { quotaReserve: { requests: 0 } }).client.deleteMonitor(id);
    expect(monitorIds(sandbox)).toEqual([]);
  });

  it('bounds the requests of a client', async () => {
    const sandbox = await openSandbox({ monitors: 1, pagination: 'links' });
    const { client } = open(sandbox, { maxRequests: 1 });
    await all(client.monitors());
    await expect(all(client.monitors())).rejects.toThrow(
      'no further request is sent: as many requests as allowed',
    );
    expect(sandbox.requests.total).toBe(1);
  });

  it('asks for the quota once, before the first request', async () => {
    const sandbox = await openSandbox({ monitors: 1, pagination: 'links' });
    const asked: string[] = [];
    sandbox.configure({
      faultAt: ({ path }) => {
        asked.push(path);
        return null;
      },
    });
    const { client, report } = open(sandbox);
    await Promise.all([all(client.monitors()), all(client.monitors())]);
    expect(asked).toHaveLength(2);
    expect(report().quotaBefore).toEqual(expect.any(Number));
  });
});
