import { expect, test } from 'vitest';
import { readEnvelope, readErrorBody, readQuotaBody } from '../../src/extract/envelope.ts';
import { isEndOfListing } from '../../src/extract/page-end.ts';
import { vendorCode } from '../../src/extract/vendor-codes.ts';

const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index) }));
const nothing = { next: undefined, perPage: undefined, lastPage: undefined, total: undefined };

test.each([
  ['the document', { data: [1] }, { rows: [1], ...nothing }],
  [
    'links',
    { data: [], links: { next: null }, meta: { per_page: 100 } },
    { rows: [], ...nothing, next: null, perPage: 100 },
  ],
  [
    'total',
    { data: [], meta: { last_page: 3, total: 201 } },
    { rows: [], ...nothing, lastPage: 3, total: 201 },
  ],
  [
    'numbers as text',
    { data: [], meta: { per_page: '25', total: '7' } },
    { rows: [], ...nothing, perPage: 25, total: 7 },
  ],
  ['nulls', { data: [], links: null, meta: null }, { rows: [], ...nothing }],
  [
    'a strange meta',
    { data: [], links: 'x', meta: { total: -1, per_page: 0, last_page: 'many' } },
    { rows: [], ...nothing },
  ],
  ['no rows as null', { data: null, meta: { total: 0 } }, { rows: [], ...nothing, total: 0 }],
  ['no rows as an object', { data: {} }, { rows: [], ...nothing }],
  ['rows by number', { data: { '10': 'c', '2': 'b', '0': 'a' } }, { rows: ['a', 'b', 'c'], ...nothing }],
  ['a list alone', [1, 2], { rows: [1, 2], ...nothing }],
  ['an empty list alone', [], { rows: [], ...nothing }],
])('an envelope: %s', (_, value, expected) => {
  expect(readEnvelope(value)).toEqual(expected);
});

test.each([
  [undefined],
  [null],
  ['html'],
  [{}],
  [{ data: 'x' }],
  [{ data: 0 }],
  [{ data: { id: 'x' } }],
  [{ data: { 0: 'a', id: 'x' } }],
  [{ 0: 'a' }],
  [{ message: 'x' }],
])('%j is no envelope', (value) => {
  expect(readEnvelope(value)).toBeNull();
});

test.each([
  ['bare, short', rows(99), {}, 1, true],
  ['bare, full', rows(100), {}, 1, false],
  ['empty, whatever is told', [], { total: 500, lastPage: 5, next: 'x' }, 1, true],
  ['last page told', rows(100), { lastPage: 2 }, 2, true],
  ['not the last page', rows(100), { lastPage: 3 }, 2, false],
  ['total told', rows(100), { total: 200 }, 2, true],
  ['total by the server’s own limit', rows(25), { total: 100, perPage: 25 }, 3, false],
  ['no next', rows(100), { next: null }, 1, true],
  ['next, though the page is short', rows(3), { next: 'x' }, 1, false],
  ['the server’s own limit, full', rows(25), { perPage: 25 }, 1, false],
  ['the server’s own limit, short', rows(24), { perPage: 25 }, 1, true],
  ['a last page that lies', rows(100), { lastPage: 1, next: 'x' }, 1, false],
])('the end of a listing: %s', (_, data, told, page, expected) => {
  expect(isEndOfListing({ rows: data, ...nothing, ...told }, page, 100)).toBe(expected);
});

test('an unpaged answer is whole unless it says otherwise', () => {
  expect(isEndOfListing({ rows: rows(100), ...nothing }, 1, null)).toBe(true);
  expect(isEndOfListing({ rows: rows(25), ...nothing, perPage: 25, lastPage: 2 }, 1, null)).toBe(false);
});

test('an error body in any form', () => {
  expect(readErrorBody('{"message":"no","errors":{"a":["x #MS42209"],"b":"y"}}')).toEqual({
    message: 'no',
    errors: { a: ['x #MS42209'], b: ['y'] },
  });
  expect(readErrorBody('<html>')).toEqual({ message: '', errors: {} });
  expect(readErrorBody('{"errors":[1]}')).toEqual({ message: '', errors: {} });
});

test('the quota', () => {
  expect(readQuotaBody({ quota: 1000, remaining: 752, reset: '2023-04-15T00:00:00Z' })).toEqual({
    quota: 1000,
    remaining: 752,
    reset: '2023-04-15T00:00:00Z',
  });
  expect(readQuotaBody({ remaining: 5 })).toEqual({ quota: null, remaining: 5, reset: undefined });
  expect(readQuotaBody({ quota: 5 })).toBeNull();
});

test.each([
  ['text', { quota: '1000', remaining: '752' }, 1000, 752],
  ['text with blanks and a fraction', { quota: 1000, remaining: ' 7.9 ' }, 1000, 7],
  ['overdrawn', { quota: 1000, remaining: -3 }, 1000, 0],
  ['overdrawn, as text', { quota: 1000, remaining: '-3' }, 1000, 0],
  ['no number by -1', { quota: -1, remaining: -1 }, null, 0],
  ['nothing told', { quota: null, remaining: null }, null, null],
  ['words', { quota: 'unlimited', remaining: 'unlimited' }, null, null],
  ['past any integer', { quota: 1e300, remaining: 1e300 }, null, null],
])('the quota: %s', (_, body, quota, remaining) => {
  expect(readQuotaBody(body)).toEqual({ quota, remaining, reset: undefined });
});

test('the vendor’s code is the last of a text', () => {
  expect(vendorCode('Too many requests. #MS42903')).toBe('MS42903');
  expect(vendorCode('#MS1234 and #MS42209.')).toBe('MS42209');
  expect(vendorCode('Unauthenticated.')).toBeNull();
});
