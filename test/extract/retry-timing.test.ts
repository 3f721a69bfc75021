import { expect, test } from 'vitest';
import {
  type AttemptEnd,
  type Decision,
  decideAfter,
  LONGEST_RETRY_AFTER_MS,
  MAX_RATE_LIMITED,
} from '../../src/extract/retry-timing.ts';

const SERVER = Date.parse('2025-11-05T02:00:00Z');
/** Our clock is five hours behind. */
const NOW = SERVER - 5 * 3_600_000;
const HEADERS = { date: new Date(SERVER).toUTCString() };

interface Case {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly code?: string;
  readonly isValid?: boolean;
  readonly failures?: number;
  readonly rateLimited?: number;
  readonly random?: number;
  readonly isRepeatable?: boolean;
  readonly isOfOneThing?: boolean;
}

function decide({ status = 200, headers = {}, code, isValid = true, ...rest }: Case): Decision {
  const end: AttemptEnd = {
    kind: 'answer',
    status,
    headers: { ...HEADERS, ...headers },
    body: { code: code ?? null, isValid },
  };
  const { failures = 1, rateLimited = 1, random = 0.5, isRepeatable = true, isOfOneThing = false } = rest;
  const history = { failures, rateLimited };
  return decideAfter(end, { history, nowMs: NOW, random, isRepeatable, isOfOneThing });
}

const quota = { 'x-apiquota-remaining': '0', 'x-apiquota-reset': '2025-11-06T00:00:00Z' };

test.each<[string, Case, Decision]>([
  ['200', {}, { kind: 'accept' }],
  ['201', { status: 201 }, { kind: 'accept' }],
  ['204', { status: 204 }, { kind: 'accept' }],
  ['200 with a broken body', { isValid: false }, { kind: 'retry', waitMs: 500 }],
  ['200 with a broken body, fifth time', { isValid: false, failures: 5 }, { kind: 'give-up' }],
  ['304 to what was asked without a condition', { status: 304 }, { kind: 'retry', waitMs: 500 }],
  ['304, fifth time', { status: 304, failures: 5 }, { kind: 'give-up' }],
  ['408', { status: 408 }, { kind: 'retry', waitMs: 500 }],
  ['421', { status: 421 }, { kind: 'retry', waitMs: 7_500 }],
  ['421, fourth time', { status: 421, failures: 4 }, { kind: 'retry', waitMs: 30_000 }],
  ['500', { status: 500 }, { kind: 'retry', waitMs: 500 }],
  ['502, second time', { status: 502, failures: 2 }, { kind: 'retry', waitMs: 1_000 }],
  ['503, third time', { status: 503, failures: 3 }, { kind: 'retry', waitMs: 2_000 }],
  ['504, fourth time', { status: 504, failures: 4 }, { kind: 'retry', waitMs: 4_000 }],
  ['504, fifth time', { status: 504, failures: 5 }, { kind: 'give-up' }],
  ['520 of a CDN', { status: 520 }, { kind: 'retry', waitMs: 500 }],
  ['no jitter left', { status: 500, random: 0 }, { kind: 'retry', waitMs: 0 }],
  [
    '503 that asks for 20 s',
    { status: 503, headers: { 'retry-after': '20' } },
    { kind: 'retry', waitMs: 20_000 },
  ],
  [
    '503 that asks for a day',
    { status: 503, headers: { 'retry-after': '86400' } },
    { kind: 'retry', waitMs: LONGEST_RETRY_AFTER_MS },
  ],
  [
    '503 that asks for less than the jitter',
    { status: 503, headers: { 'retry-after': '-1' } },
    { kind: 'retry', waitMs: 500 },
  ],
  [
    '503 that asks for rubbish',
    { status: 503, headers: { 'retry-after': 'x' } },
    { kind: 'retry', waitMs: 500 },
  ],
  ['400', { status: 400 }, { kind: 'refused' }],
  ['404', { status: 404 }, { kind: 'not-found' }],
  ['405', { status: 405 }, { kind: 'refused' }],
  ['422', { status: 422, code: 'MS42209' }, { kind: 'refused' }],
  ['301', { status: 301 }, { kind: 'refused' }],
  ['401', { status: 401 }, { kind: 'fatal-auth', status: 401, code: null }],
  ['403', { status: 403, code: 'MS40301' }, { kind: 'fatal-auth', status: 403, code: 'MS40301' }],
  ['403 without a code', { status: 403 }, { kind: 'fatal-auth', status: 403, code: null }],
  ['403 for one thing', { status: 403, isOfOneThing: true }, { kind: 'refused' }],
  [
    '403 for one thing, with a code of its own',
    { status: 403, code: 'MS42209', isOfOneThing: true },
    { kind: 'refused' },
  ],
  [
    '403 for one thing, with a code of the account',
    { status: 403, code: 'MS40302', isOfOneThing: true },
    { kind: 'fatal-auth', status: 403, code: 'MS40302' },
  ],
  ['401 for one thing', { status: 401, isOfOneThing: true }, { kind: 'fatal-auth', status: 401, code: null }],
  [
    '429 for the minute',
    { status: 429, code: 'MS42903', headers: { 'retry-after': '17' } },
    { kind: 'wait-minute', waitMs: 17_000 },
  ],
  [
    '429 with a date',
    { status: 429, code: 'MS42903', headers: { 'retry-after': new Date(SERVER + 9_000).toUTCString() } },
    { kind: 'wait-minute', waitMs: 9_000 },
  ],
  [
    '429 with a negative wait',
    { status: 429, code: 'MS42903', headers: { 'retry-after': '-9' } },
    { kind: 'wait-minute', waitMs: 0 },
  ],
  [
    '429 with a huge wait',
    { status: 429, code: 'MS42903', headers: { 'retry-after': '99999' } },
    { kind: 'wait-minute', waitMs: LONGEST_RETRY_AFTER_MS },
  ],
  ['429 without a wait', { status: 429, code: 'MS42903' }, { kind: 'wait-minute', waitMs: null }],
  [
    '429 that is not a number',
    { status: 429, headers: { 'retry-after': 'NaN' } },
    { kind: 'wait-minute', waitMs: null },
  ],
  [
    '429 unknown, quota left',
    { status: 429, headers: { 'x-apiquota-remaining': '7' } },
    { kind: 'wait-minute', waitMs: null },
  ],
  ['429 unknown, nothing told', { status: 429 }, { kind: 'wait-minute', waitMs: null }],
  [
    '429 for the minute again and again',
    { status: 429, code: 'MS42903', rateLimited: MAX_RATE_LIMITED },
    { kind: 'give-up' },
  ],
  ['429 for the day, bare', { status: 429, code: 'MS42901' }, { kind: 'quota-gone', resetAtMs: null }],
  [
    '429 for the day, on our clock',
    { status: 429, code: 'MS42901', headers: quota },
    { kind: 'quota-gone', resetAtMs: NOW + 22 * 3_600_000 },
  ],
  [
    '429 unknown, quota gone',
    { status: 429, headers: quota },
    { kind: 'quota-gone', resetAtMs: NOW + 22 * 3_600_000 },
  ],
])('%s', (_, given, expected) => {
  expect(decide(given)).toEqual(expected);
});

const AGAIN = { kind: 'retry', waitMs: 500 };
const NEVER = { kind: 'give-up' };

test.each<[string, Case, Decision]>([
  ['201', { status: 201 }, { kind: 'accept' }],
  ['201 with a broken body', { status: 201, isValid: false }, { kind: 'give-up' }],
  ['408', { status: 408 }, { kind: 'give-up' }],
  ['500', { status: 500 }, { kind: 'give-up' }],
  ['503 that asks for 20 s', { status: 503, headers: { 'retry-after': '20' } }, { kind: 'give-up' }],
  ['421', { status: 421 }, { kind: 'retry', waitMs: 7_500 }],
  ['425', { status: 425 }, { kind: 'retry', waitMs: 500 }],
  ['429', { status: 429, code: 'MS42903' }, { kind: 'wait-minute', waitMs: null }],
  ['422', { status: 422 }, { kind: 'refused' }],
])('what must not be sent twice is sent again only if it was not taken up: %s', (_, given, expected) => {
  expect(decide({ ...given, isRepeatable: false })).toEqual(expected);
});

test.each([
  ['unreached', AGAIN],
  ['network', NEVER],
  ['timeout', NEVER],
  ['torn', NEVER],
  ['tls', NEVER],
  ['proxy', NEVER],
  ['machine', NEVER],
  ['dropped', NEVER],
] as const)('no answer to what must not be sent twice: %s', (reason, expected) => {
  const history = { failures: 1, rateLimited: 0 };
  const context = { history, nowMs: NOW, random: 0.5, isRepeatable: false, isOfOneThing: false };
  expect(decideAfter({ kind: 'failure', reason }, context)).toEqual(expected);
});

test.each([
  ['unreached', { kind: 'retry', waitMs: 500 }],
  ['network', { kind: 'retry', waitMs: 500 }],
  ['timeout', { kind: 'retry', waitMs: 500 }],
  ['torn', { kind: 'retry', waitMs: 500 }],
  ['tls', { kind: 'give-up' }],
  ['proxy', { kind: 'give-up' }],
  ['machine', { kind: 'fatal-machine' }],
  ['dropped', { kind: 'give-up' }],
] as const)('no answer: %s', (reason, expected) => {
  const context = {
    history: { failures: 1, rateLimited: 0 },
    nowMs: NOW,
    random: 0.5,
    isRepeatable: true,
    isOfOneThing: false,
  };
  expect(decideAfter({ kind: 'failure', reason }, context)).toEqual(expected);
});
