/**
 * The order in which the pages of a listing are asked for: forward from a page to the end, then the pages that were
 * left out on the way. Pure.
 */

/** Where a reading stands. */
export interface PageStop {
  /** The page to ask for, 1-based. */
  readonly page: number;
  /** Pages left out so far, both included; null = none. */
  readonly rest: PageRange | null;
  /** Whether the end was seen, and the pages left out are being read. */
  readonly isInRest: boolean;
}

export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** From this page to the end, then from 1 up to there. */
export function startAt(page: number): PageStop {
  return { page, rest: page > 1 ? { from: 1, to: page - 1 } : null, isInRest: false };
}

/** The stop after one that was answered; null = every page was asked. `isEnd` = the API has no page after it. */
export function nextStop(stop: PageStop, isEnd: boolean): PageStop | null {
  const { page, rest, isInRest } = stop;
  if (!isInRest && !isEnd) return { ...stop, page: page + 1 };
  if (!isInRest) return rest === null ? null : { page: rest.from, rest, isInRest: true };
  return isEnd || rest === null || page >= rest.to ? null : { ...stop, page: page + 1 };
}

/** Goes on at a later page, and leaves those between for the end. A page that is no jump ahead changes nothing. */
export function jumpTo(stop: PageStop, page: number): PageStop {
  if (stop.isInRest || stop.rest !== null || page <= stop.page) return stop;
  return { page, rest: { from: stop.page, to: page - 1 }, isInRest: false };
}
