import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listOf } from '../src/json-list.ts';

it.each([
  [[], []],
  [
    [3, null, 'a'],
    [3, null, 'a'],
  ],
  [{}, []],
  [{ 0: 'a' }, ['a']],
  [{ 10: 'c', 2: 'b', 1: 'a' }, ['a', 'b', 'c']],
  [JSON.parse('{"18446744073709551616":"c","4294967295":"b","7":"a"}'), ['a', 'b', 'c']],
])('%j is the list %j', (value, members) => {
  expect(listOf(value)).toEqual(members);
});

it.each([
  null,
  undefined,
  '',
  'text',
  0,
  true,
  { id: 1 },
  { 0: 'a', next: 'b' },
  { '-1': 'a' },
  { 1.5: 'a' },
  { '': 'a' },
  { ' 1': 'a' },
  { '１': 'a' },
  JSON.parse('{"0":"a","__proto__":"b"}'),
])('%j is no list', (value) => {
  expect(listOf(value)).toBeNull();
});

it('an array whose members have become numbered fields is the same list', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (members) => {
      expect(listOf(members)).toBe(members);
      expect(listOf(JSON.parse(JSON.stringify({ ...members })))).toEqual(JSON.parse(JSON.stringify(members)));
    }),
  );
});
