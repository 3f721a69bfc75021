import { describe, expect, it } from 'vitest';
import { ask, NOON, openSandbox } from './http.ts';

const LIST = '/dmarc-monitoring';

/** A clock that tests move. */
function makeClock(start = NOON) {
  const clock = { ms: start, now: () => clock.ms };
  return clock;
}

describe('the minute', () => {
  it('is a window aligned on the clock, told in the headers', async () => {
    const clock = makeClock(NOON + 59_000);
    const sandbox = await openSandbox({ monitors: 1, rateLimit: 2, now: clock.now });
    const left = async () => {
      const { status, headers } = await ask(sandbox, LIST);
      return [status, headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset')];
    };
    const end = String(NOON / 1000 + 60);
    expect(await left()).toEqual([200, '1', end]);
    expect(await left()).toEqual([200, '0', end]);
    expect(await left()).toEqual([429, '0', end]);
    clock.ms += 1_000;
    expect(await left()).toEqual([200, '1', String(NOON / 1000 + 120)]);
  });

  it('ends in a 429 that costs nothing of the day', async () => {
    const clock = makeClock(NOON + 12_345);
    const sandbox = await openSandbox({ monitors: 1, rateLimit: 1, quota: 10, now: clock.now });
    await ask(sandbox, LIST);
    const { status, json, headers } = await ask(sandbox, LIST);
    expect(status).toBe(429);
    expect(json.message).toMatch(/#MS42903$/);
    expect(headers.get('retry-after')).toBe('48');
    expect(headers.get('x-ratelimit-limit')).toBe('1');
    expect(headers.get('x-apiquota-remaining')).toBe('9');
  });

  it('is shared by both tokens and can be switched off', async () => {
    const sandbox = await openSandbox({ monitors: 1, rateLimit: 1, readOnlyToken: 'mlsn.reader' });
    await ask(sandbox, LIST, { token: 'mlsn.reader' });
    expect((await ask(sandbox, LIST)).status).toBe(429);
    sandbox.configure({ rateLimit: 0 });
    const { status, headers } = await ask(sandbox, LIST);
    expect([status, headers.get('x-ratelimit-limit')]).toEqual([200, null]);
  });
});

describe('the day', () => {
  it('counts failed requests, ends in a 429 and starts again at midnight UTC', async () => {
    const clock = makeClock();
    const sandbox = await openSandbox({ monitors: 1, quota: 5, quotaUsed: 3, now: clock.now });
    expect((await ask(sandbox, '/nowhere')).headers.get('x-apiquota-remaining')).toBe('1');
    expect((await ask(sandbox, LIST)).headers.get('x-apiquota-remaining')).toBe('0');
    const { status, json, headers } = await ask(sandbox, LIST);
    expect(status).toBe(429);
    expect(json.message).toMatch(/#MS42901$/);
    expect(headers.get('x-apiquota-reset')).toBe('2025-12-01T00:00:00Z');
    clock.ms = Date.UTC(2025, 11, 1);
    expect((await ask(sandbox, LIST)).headers.get('x-apiquota-remaining')).toBe('4');
  });

  it('can be asked for free', async () => {
    const sandbox = await openSandbox({ monitors: 1, rateLimit: 1, quota: 1_000, quotaUsed: 248 });
    for (let i = 0; i < 3; i += 1) {
      const { status, json } = await ask(sandbox, '/api-quota');
      expect([status, json]).toEqual([200, { quota: 1000, remaining: 752, reset: '2025-12-01T00:00:00Z' }]);
    }
    expect((await ask(sandbox, LIST)).headers.get('x-apiquota-remaining')).toBe('751');
  });

  it('does not count a request without a token', async () => {
    const sandbox = await openSandbox({ monitors: 1, quota: 1_000 });
    await ask(sandbox, LIST, { token: null });
    expect((await ask(sandbox, '/api-quota')).json.remaining).toBe(1_000);
  });

  it('may be used up by others while it runs', async () => {
    const sandbox = await openSandbox({ monitors: 1, quota: 1_000 });
    sandbox.configure({ quotaUsed: 1_000 });
    expect((await ask(sandbox, LIST)).status).toBe(429);
  });
});

it('headers may be missing altogether', async () => {
  const sandbox = await openSandbox({ monitors: 1, rateLimit: 1, headers: 'none' });
  for (const status of [200, 429]) {
    const answer = await ask(sandbox, LIST);
    expect(answer.status).toBe(status);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-'))).toEqual([]);
  }
});
