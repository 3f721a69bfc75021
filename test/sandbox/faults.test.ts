import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CHANCE_FAULTS, type Fault, type FaultKind, faultByChance } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { ask, monitorIds, openSandbox } from './http.ts';

const LIST = '/dmarc-monitoring';

/** A sandbox whose every first answer is this fault. */
function openFaulty(fault: Fault, options = {}) {
  const faultAt = ({ timesAsked }: { timesAsked: number }) => (timesAsked === 0 ? fault : null);
  return openSandbox({ monitors: 2, ips: 3, days: 3, slowMs: 5, rateLimit: 60, faultAt, ...options });
}

const servedMonitors = (sandbox: Sandbox) => Object.keys(sandbox.truth().served.monitors).length;

describe('faults by chance', () => {
  it('are a function of seed, URL and times asked, at about the share', () => {
    const faults = { share: 0.2 };
    const draw = (seed: number, url: string) =>
      Array.from({ length: 2_000 }, (_, n) => faultByChance(faults, seed, url, n));
    const drawn = draw(1, 'GET /a');
    expect(draw(1, 'GET /a')).toEqual(drawn);
    expect(draw(2, 'GET /a')).not.toEqual(drawn);
    expect(draw(1, 'GET /b')).not.toEqual(drawn);
    const hits = drawn.filter((fault) => fault !== null).length;
    expect(hits / drawn.length).toBeGreaterThan(0.16);
    expect(hits / drawn.length).toBeLessThan(0.24);
    expect(new Set(drawn)).toEqual(new Set([null, ...CHANCE_FAULTS]));
  });

  it('never come more than three in a row', () => {
    const faults = { share: 1, kinds: ['500'] as const };
    const drawn = Array.from({ length: 12 }, (_, n) => faultByChance(faults, 1, 'GET /a', n) !== null);
    expect(drawn.map(Number).join('')).toBe('111011101110');
  });

  it('do not depend on the order in which URLs are asked', async () => {
    const options = {
      monitors: 6,
      ips: 2,
      days: 2,
      faults: { share: 0.5, kinds: ['500', '503', '421'] as FaultKind[] },
    };
    const [forwards, backwards] = await Promise.all([openSandbox(options), openSandbox(options)]);
    const paths = monitorIds(forwards).map((id) => `${LIST}/${id}/report`);
    const read = async (sandbox: Sandbox, order: string[]) => {
      const statuses: Record<string, number[]> = {};
      for (const path of order)
        statuses[path] = [(await ask(sandbox, path)).status, (await ask(sandbox, path)).status];
      return statuses;
    };
    const one = await read(forwards, paths);
    expect(await read(backwards, paths.toReversed())).toEqual(one);
    expect(new Set(Object.values(one).flat()).size).toBeGreaterThan(1);
  });
});

describe('a fault', () => {
  it.each(['500', '502', '503', '504', '408', '421'] as const)(
    '%s has its status and a message',
    async (fault) => {
      const sandbox = await openFaulty(fault);
      const { status, json, headers } = await ask(sandbox, LIST);
      expect([status, typeof json.message]).toEqual([Number(fault), 'string']);
      expect(headers.get('x-apiquota-remaining')).toBe('99999');
      expect(servedMonitors(sandbox)).toBe(0);
      expect((await ask(sandbox, LIST)).status).toBe(200);
      expect(servedMonitors(sandbox)).toBe(2);
    },
  );

  it.each(['reset', 'torn'] as const)('%s breaks the connection', async (fault) => {
    const sandbox = await openFaulty(fault);
    await expect(ask(sandbox, LIST)).rejects.toThrow();
    await expect(ask(sandbox, `${LIST}?limit=50`)).rejects.toThrow();
    expect(sandbox.requests.byStatus).toEqual(fault === 'reset' ? { 0: 2 } : { 200: 2 });
    expect(servedMonitors(sandbox)).toBe(0);
    expect((await ask(sandbox, '/api-quota')).json.remaining).toBe(99_998);
  });

  it.each(['truncated-json', 'empty', 'html', 'not-utf8'] as const)('%s is no JSON', async (fault) => {
    const sandbox = await openFaulty(fault);
    const response = await fetch(sandbox.url + LIST, {
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    expect(response.status).toBe(200);
    const bytes = await response.arrayBuffer();
    expect(() => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).toThrow();
    expect(response.headers.get('content-type')).toMatch(fault === 'html' ? /html/ : /json/);
    expect(servedMonitors(sandbox)).toBe(0);
  });

  it('html-503 is a page of something in front of the API', async () => {
    const sandbox = await openFaulty('html-503');
    const { status, headers } = await ask(sandbox, LIST);
    expect([status, headers.get('x-apiquota-remaining')]).toEqual([503, null]);
    expect(headers.get('content-type')).toMatch(/html/);
  });

  it('gzip is compressed although nobody asked for it', async () => {
    const sandbox = await openFaulty('gzip');
    const { get } = await import('node:http');
    const raw = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve) => {
      get(sandbox.url + LIST, { headers: { authorization: `Bearer ${sandbox.token}` } }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) });
      });
    });
    expect(raw.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(raw.body).toString()).data).toEqual(sandbox.truth().monitors);
    expect(servedMonitors(sandbox)).toBe(0);
  });

  it('slow is a right answer that comes late: it counts as served when it was sent', async () => {
    const sandbox = await openFaulty('slow');
    expect((await ask(sandbox, LIST)).json.data).toHaveLength(2);
    expect(servedMonitors(sandbox)).toBe(2);
  });

  it('429-minute costs nothing, and says so or not', async () => {
    const sandbox = await openFaulty('429-minute');
    const { status, json, headers } = await ask(sandbox, LIST);
    expect(status).toBe(429);
    expect(json.message).toMatch(/#MS42903$/);
    expect(headers.get('retry-after')).toBe('60');
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect((await ask(sandbox, '/api-quota')).json.remaining).toBe(100_000);
    const bare = await ask(await openFaulty('429-minute-bare'), LIST);
    expect(bare.json.message).toMatch(/#MS42903$/);
    expect([...bare.headers.keys()].filter((name) => /^x-|retry/.test(name))).toEqual([]);
  });

  it('429-quota says that the day is over', async () => {
    const { status, json, headers } = await ask(await openFaulty('429-quota'), LIST);
    expect([status, headers.get('x-apiquota-remaining')]).toEqual([429, '0']);
    expect(json.message).toMatch(/#MS42901$/);
    const bare = await ask(await openFaulty('429-quota-bare'), LIST);
    expect(bare.json.message).toMatch(/#MS42901$/);
    expect(bare.headers.get('x-apiquota-remaining')).toBeNull();
  });

  it('too-big has no end until the client has enough', async () => {
    const sandbox = await openFaulty('too-big');
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${sandbox.token}` };
    const response = await fetch(sandbox.url + LIST, { headers, signal: stop.signal });
    let bytes = 0;
    const read = async () => {
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (bytes > 5_000_000) stop.abort();
      }
    };
    await expect(read()).rejects.toThrow();
    expect(bytes).toBeGreaterThan(5_000_000);
    await expect.poll(() => sandbox.inFlight()).toBe(0);
  });

  it('can be made up', async () => {
    const sandbox = await openFaulty({
      status: 429,
      headers: { 'retry-after': 'soon' },
      body: '{}',
      bare: true,
    });
    const { status, headers } = await ask(sandbox, LIST);
    expect([status, headers.get('retry-after'), headers.get('x-ratelimit-limit')]).toEqual([
      429,
      'soon',
      null,
    ]);
  });

  it('instead of a write leaves the account as it was', async () => {
    const sandbox = await openFaulty('500');
    const [id] = monitorIds(sandbox);
    expect((await ask(sandbox, `${LIST}/${id}`, { method: 'DELETE' })).status).toBe(500);
    expect(monitorIds(sandbox)).toHaveLength(2);
  });
});
