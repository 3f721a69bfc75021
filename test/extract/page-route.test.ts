import { expect, test } from 'vitest';
import { jumpTo, nextStop, type PageStop, startAt } from '../../src/extract/page-route.ts';

/** The pages asked of a listing of `pages` pages, jumping from the page after `jumpAfter` to `jumpPage`. */
function route(pages: number, firstPage: number, jumpAfter = 0, jumpPage = 0): number[] {
  const asked: number[] = [];
  for (let stop: PageStop | null = startAt(firstPage); stop !== null && asked.length < 50; ) {
    const { page } = stop;
    asked.push(page);
    stop = nextStop(stop, page >= pages);
    if (stop !== null && page === jumpAfter) stop = jumpTo(stop, jumpPage);
  }
  return asked;
}

test.each([
  [1, 1, [1]],
  [4, 1, [1, 2, 3, 4]],
  [4, 3, [3, 4, 1, 2]],
  [4, 4, [4, 1, 2, 3]],
  [2, 5, [5, 1, 2]],
])('%i pages, begun at %i', (pages, firstPage, expected) => {
  expect(route(pages, firstPage)).toEqual(expected);
});

test.each([
  [5, 1, 4, [1, 4, 5, 2, 3]],
  [5, 1, 5, [1, 5, 2, 3, 4]],
  [3, 1, 7, [1, 7, 2, 3]],
  [4, 1, 2, [1, 2, 3, 4]],
  [4, 1, 1, [1, 2, 3, 4]],
  [6, 2, 5, [1, 2, 5, 6, 3, 4]],
])('%i pages, after page %i a jump to %i', (pages, jumpAfter, jumpPage, expected) => {
  expect(route(pages, 1, jumpAfter, jumpPage)).toEqual(expected);
});
