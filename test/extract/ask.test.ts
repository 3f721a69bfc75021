import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AuthenticationError } from '../../src/errors.ts';
import { ask, type Question } from '../../src/extract/ask.ts';
import { askQuota } from '../../src/extract/quota.ts';
import { failed, type Transport, type TransportAnswer } from '../../src/extract/transport.ts';
import { json, testContext } from './fake-api.ts';
import { drive } from './manual-clock.ts';

const QUESTION: Question = {
  scope: { stream: 'report_records', monitor_id: 'm1', ip: '192.0.2.1' },
  segments: ['dmarc-monitoring', 'm1', 'report', '192.0.2.1'],
  params: { page: '1', limit: '100' },
  page: 1,
  fingerprint: 'f',
};

const GOOD = json('{"data": [9007199254740993]}');

/** Answers with one after the other, then with the last for ever. */
function inTurn(...answers: TransportAnswer[]): Transport {
  let asked = 0;
  return async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return answer ?? GOOD;
  };
}

async function askOnce(respond: Transport) {
  const test = testContext(respond);
  const outcome = drive(
    test.clock,
    ask(test.context, QUESTION, () => true),
  );
  return { ...test, outcome: await outcome };
}

test('an answer is in the journal as it came before it counts', async () => {
  const { outcome, journal } = await askOnce(inTurn(GOOD));
  expect(outcome.kind).toBe('answer');
  expect(journal.lines).toEqual([
    {
      stream: 'report_records',
      monitor_id: 'm1',
      ip: '192.0.2.1',
      page: 1,
      is_last: true,
      fingerprint: 'f',
      received_at: '2025-11-05T02:00:00.000Z',
      status: 200,
      duration_ms: 0,
      params: { page: '1', limit: '100' },
      bodyText: '{"data": [9007199254740993]}',
    },
  ]);
});

test.each([
  ['204', json('', 204), 204, undefined],
  ['data: null', json('{"data":null}'), 200, '{"data":null}'],
  ['a list alone', json('[]'), 200, '[]'],
] as const)('%s is a page without rows, asked once', async (_, answer, status, bodyText) => {
  const { outcome, journal, governor } = await askOnce(inTurn(answer));
  expect(outcome).toMatchObject({ kind: 'answer', value: { rows: [] } });
  expect(journal.lines).toMatchObject([{ status, is_last: true, bodyText }]);
  expect(journal.lines[0]).not.toHaveProperty('error');
  expect(governor.report().requests).toBe(1);
});

test.each<[string, TransportAnswer, number, RegExp]>([
  ['500', json({ message: 'oops' }, 500), 500, /status 500: oops/],
  ['421', json({ message: 'Service isn’t available, try again later' }, 421), 421, /status 421/],
  ['408', json('', 408), 408, /status 408/],
  ['HTML with status 200', json('<html>'), 0, /no JSON/],
  ['an empty body', json(''), 0, /no JSON/],
  ['an empty object', json('{}'), 0, /documented form/],
  ['truncated JSON', json('{"data":[{"id":'), 0, /no JSON/],
  ['another form', json({ message: 'hello' }), 0, /documented form/],
  ['torn', failed('torn', 'cut'), 0, /torn: cut/],
  ['reset', failed('network', 'ECONNRESET'), 0, /network: ECONNRESET/],
  ['too slow', failed('timeout', 'slow'), 0, /timeout: slow/],
])('%s: asked again, every attempt in the journal', async (_, answer, status, error) => {
  const good = await askOnce(inTurn(answer, answer, GOOD));
  expect(good.outcome.kind).toBe('answer');
  expect(good.journal.lines.map((line) => [line.status, line.is_last])).toEqual([
    [status, false],
    [status, false],
    [200, true],
  ]);
  expect(good.journal.lines[0]?.error).toMatch(error);
  expect(good.journal.lines[0]?.bodyText).toBeUndefined();
  expect(good.governor.report()).toMatchObject({ requests: 3, retries: 2, inFlight: 0 });
  expect(good.governor.report().waitedMs.backoff).toBeGreaterThan(0);
  const bad = await askOnce(inTurn(answer));
  expect(bad.outcome).toMatchObject({ kind: 'failed', error: { message: expect.stringMatching(error) } });
  expect(bad.requests.length).toBe(5);
});

test.each([400, 403, 405, 409, 422, 301])('status %i is not asked again', async (status) => {
  const { outcome, requests } = await askOnce(
    inTurn(json({ message: 'no', errors: { a: ['b #MS42209'] } }, status)),
  );
  expect(outcome).toMatchObject({ kind: 'refused', status, body: { errors: { a: ['b #MS42209'] } } });
  expect(requests.length).toBe(1);
});

test.each([
  ['https://user:pass@other.example/v1/x?token=t#f', 'https://other.example/v1/x'],
  ['//user:pass@other.example/v1', 'https://other.example/v1'],
  ['/login?next=x', '/login'],
  ['https://[', 'a place that is no URL'],
])('a redirect to %s is told, and not followed', async (location, told) => {
  const { outcome, requests, journal } = await askOnce(inTurn(json('', 308, { location })));
  const message = expect.stringContaining(
    `status 308: a redirect to ${told}, and redirects are not followed`,
  );
  expect(outcome).toMatchObject({
    kind: 'refused',
    error: { message, hint: expect.stringContaining('--api-url') },
  });
  expect(journal.lines).toMatchObject([{ status: 308, error: message }]);
  expect(requests.length).toBe(1);
});

test('a 304 to what was asked without a condition is asked again, a few times', async () => {
  const stale = json('', 304);
  expect((await askOnce(inTurn(stale, GOOD))).outcome.kind).toBe('answer');
  const { outcome, requests } = await askOnce(inTurn(stale));
  expect(outcome).toMatchObject({ kind: 'failed' });
  expect(requests.length).toBe(5);
});

test('what is a whole sentence is told alone, with what to do', async () => {
  const answer = { ...failed('tls', 'the certificate of x is not accepted'), hint: 'Give the CA.' };
  const { outcome, requests } = await askOnce(inTurn(answer));
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: { message: 'the certificate of x is not accepted', hint: 'Give the CA.' },
  });
  expect(requests.length).toBe(1);
});

test('a fault of this machine ends the run at once, after its line is written', async () => {
  const answer = { ...failed('machine', 'no free file handles'), hint: 'Raise it.' };
  const test = testContext(inTurn(answer));
  const asked = ask(test.context, QUESTION, () => true);
  await expect(asked).rejects.toMatchObject({
    name: 'ResourceError',
    exitCode: 1,
    message: 'no free file handles',
    hint: 'Raise it.',
  });
  expect(test.requests.length).toBe(1);
  expect(test.journal.lines).toMatchObject([{ status: 0, error: 'machine: no free file handles' }]);
});

test.each([
  [401, 'Unauthenticated.', /token is not valid/],
  [403, 'x #MS40301', /lacks the scope/],
  [403, 'x #MS40302', /switched off or suspended/],
  [403, 'x #MS40305', /allow-list/],
])('status %i %s is fatal at once', async (status, message, expected) => {
  const test = testContext(inTurn(json({ message }, status)));
  const asked = ask(test.context, QUESTION, () => true);
  await expect(asked).rejects.toThrow(expected);
  await expect(asked).rejects.toBeInstanceOf(AuthenticationError);
  expect(test.requests.length).toBe(1);
  expect(test.journal.lines).toMatchObject([{ status, is_last: false }]);
});

test('a 429 for the minute is waited for and no failure', async () => {
  const limited = json({ message: 'Too many requests. #MS42903' }, 429, { 'retry-after': '30' });
  const { outcome, clock, governor } = await askOnce(
    inTurn(limited, limited, limited, limited, limited, limited, GOOD),
  );
  expect(outcome.kind).toBe('answer');
  expect(clock.monotonic()).toBe(6 * 31_000);
  expect(governor.report()).toMatchObject({
    rateLimited: 6,
    waitedMs: { rate_limited: 6 * 31_000, backoff: 0 },
  });
});

test('a 429 for the day ends the run, after its line is written', async () => {
  const test = testContext(inTurn(json({ message: 'quota #MS42901' }, 429)));
  await expect(ask(test.context, QUESTION, () => true)).rejects.toMatchObject({ reason: 'quota' });
  expect(test.journal.lines).toMatchObject([{ status: 429, error: 'status 429: quota #MS42901' }]);
});

test('stopped while an answer is under way: it has five seconds, then it is dropped and told', async () => {
  const test = testContext(
    (request) =>
      new Promise((resolve) =>
        request.signal?.addEventListener('abort', () => resolve(failed('dropped', 'dropped'))),
      ),
  );
  const asked = ask(test.context, QUESTION, () => true);
  await setImmediate();
  const ended = drive(test.clock, asked);
  test.stop.abort(new Error('SIGTERM'));
  await expect(ended).rejects.toThrow('SIGTERM');
  expect(test.clock.monotonic()).toBe(5_000);
  expect(test.journal.lines).toMatchObject([{ status: 0, error: 'dropped: dropped' }]);
});

test('stopped during a backoff: nothing more is sent', async () => {
  const test = testContext(inTurn(json('', 500)));
  const asked = ask(test.context, QUESTION, () => true);
  setTimeout(() => test.stop.abort(new Error('SIGINT')), 1);
  await expect(asked).rejects.toThrow('SIGINT');
  expect(test.requests.length).toBe(1);
});

test('the quota is asked for free, told to the governor, and never asked again and again', async () => {
  const told = testContext(async () => json({ quota: 1000, remaining: 752, reset: '2025-11-06T00:00:00Z' }));
  expect(await askQuota(told.context)).toEqual({
    quota: 1000,
    remaining: 752,
    resetMs: Date.parse('2025-11-06'),
  });
  expect(told.governor.report()).toMatchObject({ requests: 0, quotaBefore: 752 });
  expect(told.governor.affordable()).toBe(552);
  expect(told.journal.lines).toEqual([]);
  const overdrawn = testContext(async () => json({ quota: 1000, remaining: -3 }));
  expect(await askQuota(overdrawn.context)).toMatchObject({ remaining: 0 });
  expect(overdrawn.governor.report()).toMatchObject({ quotaBefore: 0, quotaAfter: 0 });
  const unlimited = testContext(async () => json({ quota: null, remaining: null }));
  expect(await askQuota(unlimited.context)).toEqual({ error: null });
  expect(unlimited.requests.length).toBe(1);
  const silent = testContext(async () => json('', 404));
  expect(await askQuota(silent.context)).toEqual({ error: null });
  const gone = testContext(async () => json({ message: 'quota #MS42901' }, 429));
  await expect(askQuota(gone.context)).rejects.toMatchObject({ reason: 'quota' });
  expect(gone.requests.length).toBe(1);
});
