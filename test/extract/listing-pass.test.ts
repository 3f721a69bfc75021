import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/extract/envelope.ts';
import { ListingPass } from '../../src/extract/listing-pass.ts';

interface Row {
  readonly id?: string;
  readonly volume?: unknown;
}

function pageOf(...rows: readonly Row[]): Envelope {
  return { rows, next: undefined, perPage: undefined, lastPage: undefined, total: undefined };
}

/** Whether the second of two pages repeats the first. */
function repeats(first: readonly Row[], second: readonly Row[]): boolean {
  const pass = new ListingPass((row) => (row as Row).id ?? null);
  pass.add(pageOf(...first));
  expect(pass.isRepeat).toBe(false);
  pass.add(pageOf(...second));
  return pass.isRepeat;
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

describe('a page', () => {
  it.each([
    ['the same rows', [{ id: 'a', volume: 1 }], [{ id: 'a', volume: 1 }], true],
    ['the same rows without keys', [{ volume: 1 }], [{ volume: 1 }], true],
    [
      'the same rows, nested deeper than any stack',
      [{ volume: nested(1e5) }],
      [{ volume: nested(1e5) }],
      true,
    ],
    ['the same keys with other values', [{ id: 'a', volume: 1 }], [{ id: 'a', volume: 2 }], false],
    ['the same keys in another order', [{ id: 'a' }, { id: 'b' }], [{ id: 'b' }, { id: 'a' }], false],
    ['other keys', [{ id: 'a' }], [{ id: 'b' }], false],
    ['the first rows only', [{ id: 'a' }, { id: 'b' }], [{ id: 'a' }], false],
    ['no rows, as before', [], [], false],
  ] as const)('with %s: repeats the one before: %4$s', (_, first, second, expected) => {
    expect(repeats(first, second)).toBe(expected);
  });
});
