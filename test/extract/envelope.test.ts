import { expect, test } from 'vitest';
import { readEnvelope, readErrorBody, readQuotaBody } from '../../src/extract/envelope.ts';
import { vendorCode } from '../../src/extract/vendor-codes.ts';

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
  ['unlimited, as -1', { quota: -1, remaining: -1 }, null, null],
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
