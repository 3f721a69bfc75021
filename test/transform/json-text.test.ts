import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutBytes,
  cutText,
  jsonText,
  nestsDeeperThan,
  sortedJson,
  wellFormed,
} from '../../src/transform/json-text.ts';

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('sortedJson', () => {
  it('says the same as the value, whatever the order of its keys', () => {
    const turned = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).reverse());
    };
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(JSON.parse(sortedJson(value))).toEqual(value);
        expect(sortedJson(turned(value))).toBe(sortedJson(value));
      }),
    );
  });

  it('sorts at every level, and keeps __proto__ as data', () => {
    const value: unknown = JSON.parse('{"b":{"z":1,"a":[{"y":1,"x":2}]},"__proto__":{"p":1},"a":"\\ud800"}');
    expect(sortedJson(value)).toBe('{"__proto__":{"p":1},"a":"\ufffd","b":{"a":[{"x":2,"y":1}],"z":1}}');
    expect(
      sortedJson(
        new Map([
          ['b', 1],
          ['a', 2],
        ]),
      ),
    ).toBe('{"a":2,"b":1}');
  });
});

describe('depth', () => {
  it('is measured without going deeper than asked', () => {
    expect(nestsDeeperThan(deep(3), 3)).toBe(false);
    expect(nestsDeeperThan(deep(4), 3)).toBe(true);
    expect(nestsDeeperThan(deep(1_000_000), 100)).toBe(true);
    expect(nestsDeeperThan('text', 0)).toBe(false);
  });

  it('does not break the text of a value', () => {
    expect(jsonText(deep(1_000_000))).toContain('too deep');
    expect(jsonText(undefined)).toBeNull();
    expect(jsonText({ b: 1, a: 2 })).toBe('{"b":1,"a":2}');
  });
});

describe('cutting', () => {
  it('never leaves half a character', () => {
    expect(cutText('ab😀', 3)).toBe('ab');
    expect(cutText('ab😀', 4)).toBe('ab😀');
    expect(cutBytes('ab😀', 5)).toBe('ab');
    expect(cutBytes('ab😀', 6)).toBe('ab😀');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => {
        const cut = cutBytes(text, limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(wellFormed(cut)).toBe(cut);
      }),
    );
  });
});
