import { expect, test } from 'vitest';
import { dayFacts, isoTime, minuteFacts, retryAfterMs } from '../../src/extract/answer-headers.ts';

/** The server's time; our clock is 7 hours ahead. */
const SERVER = Date.parse('2025-11-05T02:00:20Z');
const NOW = SERVER + 7 * 3_600_000;
const date = new Date(SERVER).toUTCString();
const reset = String(SERVER / 1000 + 40);

test.each([
  ['seconds', '30', 30_000],
  ['a fraction', '1.5', 1_500],
  ['zero', '0', 0],
  ['negative', '-5', 0],
  ['huge', '999999999', 999_999_999_000],
  ['a date, by the Date header', new Date(SERVER + 90_000).toUTCString(), 90_000],
  ['a date that is over', new Date(SERVER - 90_000).toUTCString(), 0],
  ['not a number', 'soon', null],
  ['NaN', 'NaN', null],
  ['empty', ' ', null],
  ['absent', undefined, null],
])('Retry-After: %s', (_, text, expected) => {
  expect(retryAfterMs(text === undefined ? { date } : { date, 'retry-after': text }, NOW)).toBe(expected);
});

test('Retry-After as a date without a Date header is read by our clock', () => {
  expect(retryAfterMs({ 'retry-after': new Date(NOW + 3_000).toUTCString() }, NOW)).toBe(3_000);
});

test.each([
  [
    'all three',
    { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset },
    [60, 12, 40_000],
  ],
  ['no limit', { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset }, [null, 12, 40_000]],
  [
    'a limit of 0',
    { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset },
    [null, 12, 40_000],
  ],
  [
    'a reset that is over',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(SERVER / 1000 - 5) },
    [null, 0, 0],
  ],
  ['a reset in another century', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }, null],
  ['a reset in milliseconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${reset}000` }, null],
  ['a negative remaining', { 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': reset }, null],
  ['words', { 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': 'soon' }, null],
  ['no reset', { 'x-ratelimit-remaining': '5' }, null],
  ['nothing', {}, null],
] as const)('the minute: %s', (_, headers, expected) => {
  const facts = minuteFacts({ date, ...headers }, NOW);
  expect(facts === null ? null : [facts.limit, facts.remaining, facts.resetInMs]).toEqual(expected);
});

test.each([
  ['ISO', '2025-11-06T00:00:00Z', Date.parse('2025-11-06T00:00:00Z')],
  ['microseconds', '2025-11-06T00:00:00.000000Z', Date.parse('2025-11-06T00:00:00Z')],
  ['another zone', '2025-11-06T02:00:00+02:00', Date.parse('2025-11-06T00:00:00Z')],
  ['no zone is UTC', '2025-11-06 00:00:00', Date.parse('2025-11-06T00:00:00Z')],
  ['a date', '2025-11-06', Date.parse('2025-11-06T00:00:00Z')],
  ['a number', '1762387200', null],
  ['words', 'midnight', null],
  ['absent', undefined, null],
])('the quota reset: %s', (_, text, expected) => {
  expect(isoTime(text)).toBe(expected);
});

test('the day: what is left, and until when', () => {
  expect(dayFacts({ 'x-apiquota-remaining': '752', 'x-apiquota-reset': '2025-11-06T00:00:00Z' })).toEqual({
    remaining: 752,
    resetMs: Date.parse('2025-11-06T00:00:00Z'),
  });
  expect(dayFacts({ 'x-apiquota-remaining': '752' })).toEqual({ remaining: 752, resetMs: null });
  expect(dayFacts({ 'x-apiquota-remaining': '' })).toBeNull();
});
