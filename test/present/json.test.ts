import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonRows, jsonText } from '../../src/present/json.ts';
import { plainValue } from '../../src/present/plain-value.ts';

describe('jsonText', () => {
  it('writes a bigint as a number while that is exact, else as text', () => {
    expect(jsonText([1n, 9_007_199_254_740_991n, 9_007_199_254_740_992n, -9_007_199_254_740_993n])).toBe(
      '[1,9007199254740991,"9007199254740992","-9007199254740993"]',
    );
  });

  it('writes dates as ISO 8601 and what is no number as null', () => {
    expect(jsonText({ at: new Date(Date.UTC(2026, 0, 31)), n: Number.NaN })).toBe(
      '{"at":"2026-01-31T00:00:00Z","n":null}',
    );
  });

  it('means the same and holds nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonText([text]);
        expect(JSON.parse(json)).toEqual([text]);
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('jsonRows', () => {
  const columns = (...names: string[]) => names.map((name) => ({ name, type: 'VARCHAR' }));

  it('is a JSON array with a row a line', () => {
    const text = [
      ...jsonRows(columns('a', 'b'), [
        [1n, null],
        ['x', true],
      ]),
    ].join('');
    expect(text).toBe('[\n{"a":1,"b":null},\n{"a":"x","b":true}\n]\n');
  });

  it('is an empty array without rows', () => {
    expect([...jsonRows(columns('a'), [])].join('')).toBe('[]\n');
  });

  it('keeps columns of one name apart, and names that objects treat in their own way', () => {
    const text = [...jsonRows(columns('a', 'a', '__proto__'), [[1, 2, 3]])].join('');
    expect(text).toBe('[\n{"a":1,"a:1":2,"__proto__":3}\n]\n');
  });
});

describe('plainValue', () => {
  class DatabaseDate {
    toString() {
      return '2026-01-31';
    }
  }

  it.each([
    [{ micros: 1_769_817_600_000_000n }, 'TIMESTAMP WITH TIME ZONE', '2026-01-31T00:00:00Z'],
    [{ micros: 1_769_817_600_000_001n }, 'TIMESTAMP', '2026-01-31T00:00:00.000001Z'],
    [{ micros: -1n }, 'TIMESTAMP', '1969-12-31T23:59:59.999999Z'],
    [new Date(Date.UTC(2026, 0, 31)), 'DATE', '2026-01-31'],
    [new DatabaseDate(), 'DATE', '2026-01-31'],
    [undefined, 'VARCHAR', null],
    [12n, 'BIGINT', 12n],
    [[1n, null], 'BIGINT[]', [1n, null]],
  ])('makes %o of type %s plain', (value, type, plain) => {
    expect(plainValue(value, type)).toEqual(plain);
  });
});
