import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listOf } from '../src/json-list.ts';

it.each([
  [{}, []],
  [{ '0': 'a' }, ['a']],
  [{ '5': 'b', '3': 'a', '4294967296': 'd', '10': 'c' }, ['a', 'b', 'c', 'd']],
  [{ '0': 'a', x: 'b' }, null],
  [{ '-1': 'a' }, null],
  [{ '1.5': 'a' }, null],
  [{ '': 'a' }, null],
  [null, null],
  ['abc', null],
  [7, null],
  [undefined, null],
])('%j as a list', (value, expected) => {
  expect(listOf(value)).toEqual(expected);
});

it('is the same for an array and for its numbered object', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (items) => {
      expect(listOf(items)).toBe(items);
      expect(listOf(Object.fromEntries(Object.entries(items).reverse()))).toEqual(items);
    }),
  );
});
