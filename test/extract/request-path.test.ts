import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAskable, requestPath } from '../../src/extract/request-path.ts';

test('segments and query are encoded', () => {
  expect(
    requestPath(['dmarc-monitoring', 'm/1', 'report', '2001:db8::1'], { page: '1', date_from: 'a&b' }),
  ).toBe('/dmarc-monitoring/m%2F1/report/2001%3Adb8%3A%3A1?page=1&date_from=a%26b');
});

test.each(['', ' ', '\t', '.', '..', '\ud800', 'a\udc00'])('%j is not askable', (segment) => {
  expect(isAskable(segment)).toBe(false);
  expect(() => requestPath(['report', segment])).toThrow(TypeError);
});

test('whatever is askable stays one segment, and the one it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (segment) => {
      fc.pre(isAskable(segment));
      const { pathname } = new URL(`https://api.example${requestPath(['v1', 'report', segment])}`);
      const parts = pathname.split('/');
      expect(parts.length).toBe(4);
      expect(decodeURIComponent(parts[3] ?? '')).toBe(segment);
    }),
    { numRuns: 1000 },
  );
});
