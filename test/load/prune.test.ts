import { expect, test } from 'vitest';
import { versionsToPrune } from '../../src/load/prune.ts';

const NOW = Date.UTC(2025, 10, 30);
const name = (daysAgo: number) => {
  const iso = new Date(NOW - daysAgo * 86_400_000).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}T000000Z-0000`;
};
const nightly = Array.from({ length: 12 }, (_, index) => name(index));

test.each([
  ['nothing to prune', [name(0)], name(0), []],
  ['the newest three stay however old', [name(90), name(91), name(92)], name(90), []],
  ['older ones go after 48 hours', nightly.slice(0, 5), name(0), [name(3), name(4)]],
  ['the current one stays although it is old', nightly.slice(0, 5), name(4), [name(3)]],
  ['at most ten, however young', Array.from({ length: 12 }, () => name(0)), name(1), [name(0), name(0)]],
])('%s', (_, names, current, pruned) => {
  expect(versionsToPrune(names, current, NOW)).toEqual(pruned);
});
