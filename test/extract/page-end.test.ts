import { expect, test } from 'vitest';
import type { Envelope } from '../../src/extract/envelope.ts';
import { type PagePlace, PageSizes, pageEnd } from '../../src/extract/page-end.ts';

const rows = (count: number) => Array.from({ length: count }, () => ({}));
const NOTHING = { next: undefined, perPage: undefined, lastPage: undefined, total: undefined };

function place(given: Partial<PagePlace>): PagePlace {
  return {
    page: 1,
    limit: 100,
    rowsSoFar: null,
    isAfterEmpty: false,
    isInDoubt: false,
    sizes: new PageSizes(),
    mayEnd: () => false,
    ...given,
  };
}

function capped(): PageSizes {
  const sizes = new PageSizes();
  sizes.noteCapped();
  return sizes;
}

test.each<[string, number, Partial<Envelope>, Partial<PagePlace>, string]>([
  ['full, nothing told', 100, {}, {}, 'more'],
  ['short, nothing told and nothing known', 99, {}, {}, 'doubt'],
  ['short, as many rows as are known', 99, {}, { mayEnd: () => true }, 'assumed'],
  ['short, where pages are capped', 25, {}, { mayEnd: () => true, sizes: capped() }, 'doubt'],
  ['empty, nothing told', 0, {}, {}, 'end'],
  ['empty, where rows are left out of pages', 0, {}, { sizes: capped() }, 'more'],
  ['the second empty one there', 0, {}, { sizes: capped(), isAfterEmpty: true }, 'end'],
  ['no page size at all', 25, {}, { limit: null }, 'end'],
  ['last page told', 100, { lastPage: 2 }, { page: 2 }, 'end'],
  ['not the last page', 100, { lastPage: 3 }, { page: 2 }, 'more'],
  ['not the last page, and no rows', 0, { lastPage: 3 }, { page: 2 }, 'more'],
  [
    'not the last page, the second one without rows',
    0,
    { lastPage: 5 },
    { page: 3, isAfterEmpty: true },
    'end',
  ],
  ['total reached', 100, { total: 200 }, { page: 2, rowsSoFar: 200 }, 'end'],
  ['total not reached', 25, { total: 60 }, { rowsSoFar: 25 }, 'more'],
  ['total not reached, and no rows', 0, { total: 61 }, { page: 4, rowsSoFar: 60 }, 'end'],
  [
    'total not reached, whatever page size is told',
    25,
    { total: 60, perPage: 100 },
    { rowsSoFar: 25 },
    'more',
  ],
  ['total by the page, begun in the middle', 25, { total: 100, perPage: 25 }, { page: 3 }, 'more'],
  ['no next', 100, { next: null }, {}, 'end'],
  ['next, though the page is short', 3, { next: 'https://a.example/x?page=2' }, {}, 'more'],
  ['a next that is this page', 3, { next: 'https://a.example/x?page=2&limit=9' }, { page: 2 }, 'doubt'],
  [
    'none, where a link led back',
    0,
    { next: 'https://a.example/x?page=9' },
    { page: 3, isInDoubt: true },
    'end',
  ],
  ['a next that is nothing', 3, { next: '' }, {}, 'end'],
  ['the server’s own page size, full', 25, { perPage: 25 }, {}, 'more'],
  ['the server’s own page size, short', 24, { perPage: 25 }, {}, 'assumed'],
  ['a last page that lies', 100, { lastPage: 1, next: '?page=2' }, {}, 'doubt'],
  ['an unpaged answer that tells of more', 25, { perPage: 25, lastPage: 2 }, { limit: null }, 'more'],
])('%s', (_, count, told, where, expected) => {
  expect(pageEnd({ rows: rows(count), ...NOTHING, ...told }, place(where))).toBe(expected);
});
