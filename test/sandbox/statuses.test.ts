import { describe, expect, it } from 'vitest';
import { ask, detailsPath, firstMonitor, listedIps, openSandbox } from './http.ts';

describe('statuses', () => {
  it('401: no token or a wrong one, without a word about limits', async () => {
    const sandbox = await openSandbox({ rateLimit: 60 });
    for (const token of [null, 'mlsn.wrong']) {
      for (const path of ['/dmarc-monitoring', '/api-quota', '/nowhere']) {
        const { status, json, headers } = await ask(sandbox, path, { token });
        expect([status, json]).toEqual([401, { message: 'Unauthenticated.' }]);
        expect(headers.get('x-ratelimit-remaining')).toBeNull();
      }
    }
  });

  it('403: a write with the read-only token; its reads are fine', async () => {
    const sandbox = await openSandbox({ readOnlyToken: 'mlsn.reader' });
    const id = firstMonitor(sandbox);
    const token = 'mlsn.reader';
    expect((await ask(sandbox, '/dmarc-monitoring', { token })).status).toBe(200);
    const ip = encodeURIComponent(listedIps(sandbox, id)[0] as string);
    for (const [method, path] of [
      ['POST', '/dmarc-monitoring'],
      ['PUT', `/dmarc-monitoring/${id}`],
      ['DELETE', `/dmarc-monitoring/${id}`],
      ['PUT', `/dmarc-monitoring/${id}/favorite/${ip}`],
      ['DELETE', `/dmarc-monitoring/${id}/favorite/${ip}`],
    ] as const) {
      const { status, json } = await ask(sandbox, path, { method, token });
      expect(status).toBe(403);
      expect(json.message).toMatch(/#MS40301$/);
    }
  });

  it('404: unknown monitors, IPs and addresses', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const id = firstMonitor(sandbox);
    for (const path of [
      '/nowhere',
      '/dmarc-monitoring/none/report',
      '/dmarc-monitoring/none/report-sources',
      '/dmarc-monitoring/none/report/192.0.2.1',
      detailsPath(id, '192.0.2.255'),
      `/dmarc-monitoring/${id}/nothing`,
      `/dmarc-monitoring/${id}/report/192.0.2.1/more`,
    ]) {
      const { status, json } = await ask(sandbox, path);
      expect([path, status, typeof json.message]).toEqual([path, 404, 'string']);
    }
  });

  it('405 with the methods allowed; 400 for a path that cannot be decoded', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}`;
    const { status, headers } = await ask(sandbox, path);
    expect([status, headers.get('allow')]).toEqual([405, 'PUT, DELETE']);
    expect((await ask(sandbox, '/api-quota', { method: 'POST' })).status).toBe(405);
    expect((await ask(sandbox, `${path}/report/%E0%A4%A`)).status).toBe(400);
  });

  it('200: details of an IPv6 address and of one that was sent encoded', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 60 });
    const id = firstMonitor(sandbox);
    const ip = listedIps(sandbox, id).find((each) => each.includes(':')) as string;
    expect((await ask(sandbox, detailsPath(id, ip))).json.data[0].ip_address).toBe(ip);
    expect((await ask(sandbox, `/dmarc-monitoring/${id}/report/${ip}`)).json.data[0].ip_address).toBe(ip);
  });

  it('200: an empty IP turns details into the aggregated report', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report`;
    expect((await ask(sandbox, `${path}/`)).json).toEqual((await ask(sandbox, path)).json);
  });

  it('421 and all the others when they are asked for, with the date of the injected clock', async () => {
    const sandbox = await openSandbox({
      faultAt: ({ path }) => (path.endsWith('monitoring') ? '421' : null),
    });
    const { status, json, headers } = await ask(sandbox, '/dmarc-monitoring');
    expect(status).toBe(421);
    expect(json.message).toBe("Service isn't available, try again later");
    expect(headers.get('date')).toBe('Sun, 30 Nov 2025 12:00:00 GMT');
  });
});

describe('the request log', () => {
  it('counts by endpoint and status, but neither the quota nor controls', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const id = firstMonitor(sandbox);
    await ask(sandbox, '/api-quota');
    await fetch(new URL('/_sandbox/truth', sandbox.url));
    await ask(sandbox, '/dmarc-monitoring?limit=5');
    await ask(sandbox, '/dmarc-monitoring');
    await ask(sandbox, `/dmarc-monitoring/${id}/report-sources`);
    expect(sandbox.requests).toMatchObject({
      total: 3,
      byEndpoint: { list: 2, 'report-sources': 1 },
      byStatus: { 200: 2, 422: 1 },
    });
    expect(sandbox.requests.list[0]).toEqual({
      at: Date.UTC(2025, 10, 30, 12),
      method: 'GET',
      path: '/v1/dmarc-monitoring?limit=5',
      endpoint: 'list',
      status: 422,
    });
    sandbox.requests.clear();
    expect(sandbox.requests.total).toBe(0);
  });

  it('tells what is in flight', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    await Promise.all([ask(sandbox, '/dmarc-monitoring'), ask(sandbox, '/dmarc-monitoring')]);
    await expect.poll(() => sandbox.inFlight()).toBe(0);
  });
});

describe('the controls', () => {
  const post = (url: string, path: string, body?: string) =>
    fetch(new URL(path, url), { method: 'POST', ...(body === undefined ? {} : { body }) });

  it('change switches, bring days, tell requests', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    expect((await post(sandbox.url, '/_sandbox/configure', '{"pagination":"total"}')).status).toBe(200);
    expect((await ask(sandbox, '/dmarc-monitoring')).json.meta.total).toBe(1);
    expect((await post(sandbox.url, '/_sandbox/advance-day')).status).toBe(200);
    expect(sandbox.truth().today).toBe('2025-12-01');
    const requests = await fetch(new URL('/_sandbox/requests', sandbox.url));
    expect(await requests.json()).toMatchObject({ total: 1, byStatus: { 200: 1 } });
  });

  it.each(['{"seed":2}', 'null', '{', '{"quota":"x"}'])('refuse %s', async (body) => {
    const sandbox = await openSandbox({ monitors: 1 });
    expect((await post(sandbox.url, '/_sandbox/configure', body)).status).toBe(422);
  });
});
