import type { Envelope } from './envelope.ts';

/** Rows a page that are asked for: the most the API gives. */
export const PAGE_LIMIT = 100;

/** What a run has seen of how the API cuts its listings where it tells neither links nor totals. */
export class PageSizes {
  #isCapped = false;
  #largest = 0;

  /** A page came with so many rows. */
  see(rows: number): void {
    this.#largest = Math.max(this.#largest, rows);
  }

  /** Rows of the largest page so far: the API gives at least as many. */
  get largest(): number {
    return this.#largest;
  }

  /** A page with fewer rows than were asked for was not the last. */
  noteCapped(): void {
    this.#isCapped = true;
  }

  /**
   * Whether the API gives fewer rows a page than are asked for, or leaves some out after the pages were cut: a short page is
   * no end then, and one without rows is not either.
   */
  get isCapped(): boolean {
    return this.#isCapped;
  }
}

/** Where a page stands in its listing. */
export interface PagePlace {
  /** 1-based. */
  readonly page: number;
  /** Rows a page that were asked for; null = none, as where the document knows no pages. */
  readonly limit: number | null;
  /** Rows of the listing up to this page, its own included; null if reading began at a later page than the first. */
  readonly rowsSoFar: number | null;
  readonly isAfterEmpty: boolean;
  /** Whether it was asked for only because the page before it may not have been the last. */
  readonly isInDoubt: boolean;
  readonly sizes: Pick<PageSizes, 'isCapped'>;
  /** Whether what is known of the listing speaks for its being complete with this page. */
  readonly mayEnd: () => boolean;
}

/**
 * `doubt` = probably the end, but nothing proves it: one more page is asked for. `assumed` = the API does not tell; the
 * page is short, and what is known says that nothing is missing.
 */
export type PageEnd = 'more' | 'doubt' | 'end' | 'assumed';

/**
 * Whether a page is the last of its listing, from all that the answer tells. Links and totals win over the number of
 * rows; where they contradict each other, one more page is asked for. Where the answer tells neither, a page with fewer
 * rows than were asked for is the last only if what is known speaks for it: servers cap pages, and leave rows out of them.
 */
export function pageEnd(envelope: Envelope, place: PagePlace): PageEnd {
  const { rows } = envelope;
  const told = toldEnds(envelope, place);
  if (rows.length === 0) return isEndAfterNone(told, place) ? 'end' : 'more';
  if (told.length > 0) return joinTold(told);
  const size = envelope.perPage ?? place.limit;
  if (size === null) return 'end';
  if (rows.length >= size) return 'more';
  const isKnown = !place.sizes.isCapped && (envelope.perPage !== undefined || place.mayEnd());
  return isKnown ? 'assumed' : 'doubt';
}

/** Whether an answer tells by links or numbers where its listing ends. */
export function isTold({ next, lastPage, total }: Envelope): boolean {
  return next !== undefined || lastPage !== undefined || total !== undefined;
}

interface ToldEnd {
  readonly by: 'last_page' | 'next' | 'total';
  readonly isEnd: boolean;
  readonly isOdd?: boolean;
}

function joinTold(told: readonly ToldEnd[]): PageEnd {
  if (told.every(({ isEnd }) => !isEnd)) return 'more';
  return told.every(({ isEnd, isOdd = false }) => isEnd && !isOdd) ? 'end' : 'doubt';
}

function toldEnds({ rows, next, perPage, lastPage, total }: Envelope, place: PagePlace): readonly ToldEnd[] {
  const told: ToldEnd[] = [];
  if (lastPage !== undefined) told.push({ by: 'last_page', isEnd: place.page >= lastPage });
  if (next !== undefined) told.push({ by: 'next', ...nextEnd(next, place.page) });
  if (total === undefined) return told;
  if (place.rowsSoFar !== null) told.push({ by: 'total', isEnd: place.rowsSoFar >= total });
  else if (perPage !== undefined && rows.length > 0)
    told.push({ by: 'total', isEnd: place.page * perPage >= total });
  return told;
}

/** No link is an end; one back to this page, or to one before it, is probably meant as none. */
function nextEnd(next: string | null, page: number): Pick<ToldEnd, 'isEnd' | 'isOdd'> {
  if (next === null || next.trim() === '') return { isEnd: true };
  const target = /[?&]page=(\d+)/.exec(next)?.[1];
  return target !== undefined && Number(target) <= page ? { isEnd: true, isOdd: true } : { isEnd: false };
}

/** A page without rows is the end, unless links tell of further ones, or rows are left out of pages; two are an end. */
function isEndAfterNone(told: readonly ToldEnd[], { isAfterEmpty, isInDoubt, sizes }: PagePlace): boolean {
  if (isAfterEmpty) return true;
  if (sizes.isCapped) return false;
  return isInDoubt || told.every(({ by, isEnd }) => by === 'total' || isEnd);
}
