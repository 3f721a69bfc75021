import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../src/present/nearest.ts';

describe('nearest', () => {
  it.each([
    ['rnu', 'run'],
    ['qurey', 'query'],
    ['sand', 'sandbox'],
    ['statsu', 'status'],
    ['frobnicate', null],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['run', 'query', 'status', 'sandbox'])).toBe(meant);
  });
});

describe('distance', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['otu', 'out', 1],
    ['same', 'same', 0],
  ])('%s to %s is %d', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
    expect(distance(b, a)).toBe(expected);
  });
});
