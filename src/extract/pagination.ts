import { ApiError } from '../errors.ts';
import type { Envelope } from './envelope.ts';
import type { Outcome } from './exchange.ts';
import { type KeyOf, ListingPass } from './listing-pass.ts';
import { isTold, type PageEnd, type PageSizes, pageEnd } from './page-end.ts';
import { jumpTo, nextStop, type PageStop, startAt } from './page-route.ts';

/** A listing that is read page by page. */
export interface Listing {
  /** Asks for one page; `isLast` is asked when the page is there. */
  readonly ask: (page: number, isLast: (page: Envelope) => boolean) => Promise<Outcome<Envelope>>;
  /** Rows a page that are asked for; null = the listing has no pages, unless the answer says so. */
  readonly limit: number | null;
  readonly keyOf: KeyOf;
  /** What the run has seen of the API's pages; shared by its listings. */
  readonly sizes: PageSizes;
  /**
   * Whether a page that is short may be the last where the API tells neither links nor totals, with the rows so far and
   * those of the page: what is known says that nothing is missing. Never where it is absent.
   */
  readonly mayEnd?: (rowsSoFar: number, rowsOfPage: number) => boolean;
  /** Page to begin with: from there to the end, then from 1 up to there. */
  readonly firstPage?: number;
  /** Whether the rows so far are all that is wanted; asked once a page, in order. */
  readonly isEnough?: (rows: readonly unknown[]) => boolean;
  /** Asked after `isEnough` while pages are read forward: a later page to go on with, null = the next. */
  readonly jump?: () => number | null;
  /** Asked with the rows of the last page: whether the whole is what was wanted; if not, nothing counts as the last. */
  readonly isWanted?: (rows: readonly unknown[]) => boolean;
  /** Called where a listing ended on a page that was only assumed to be the last. */
  readonly onAssumedEnd?: () => void;
  /** Called where a listing has fewer rows, at its end, than its answers told. */
  readonly onShort?: (rows: number, total: number) => void;
  /** Called before a listing is read again because rows moved. */
  readonly onReRead?: (pass: number) => void;
  readonly onNextLink?: (link: string) => void;
}

/** Rows of a page, or why there are no more. */
export type PageItem =
  | { readonly kind: 'rows'; readonly rows: readonly unknown[]; readonly isLast: boolean }
  | Exclude<Outcome<Envelope>, { kind: 'answer' }>;

/** Readings of a listing that moves, the first included. */
const MAX_PASSES = 3;

/** A listing of more pages than this is none: a million rows. */
const MAX_PAGES = 10_000;

/** How a reading ends; `rejected` = read to its end and not wanted. */
type ReadingEnd = 'done' | 'rejected' | 'again' | 'repeat';

/**
 * The rows of a listing, page by page. Page numbers are ours and links are never followed; no request goes past an end
 * that the answer tells. A listing whose rows moved while it was read (see ListingPass) is read again from its first
 * page, at most twice; its rows then come again, and the last of a key counts. A page that repeats the one before ends
 * as failed, and so does a listing without end.
 */
export async function* pages(listing: Listing): AsyncGenerator<PageItem> {
  let before: ListingPass | null = null;
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const seen = new ListingPass(listing.keyOf);
    if (pass > 1) listing.onReRead?.(pass);
    const end = yield* readOnce(listing, seen, { before, mayReRead: pass < MAX_PASSES });
    if (end === 'repeat') yield endless('a page repeats the one before it');
    if (end !== 'again') return;
    before = seen;
  }
}

interface PassOptions {
  readonly before: ListingPass | null;
  readonly mayReRead: boolean;
}

async function* readOnce(
  listing: Listing,
  seen: ListingPass,
  options: PassOptions,
): AsyncGenerator<PageItem, ReadingEnd> {
  let stop = startAt(listing.firstPage ?? 1);
  for (let asked = 1; asked <= MAX_PAGES; asked += 1) {
    const found: { step: ReadingEnd | PageStop } = { step: 'done' };
    const outcome = await listing.ask(stop.page, (envelope) => {
      found.step = stepAfter(listing, seen, envelope, { ...options, stop });
      return found.step === 'done';
    });
    if (outcome.kind !== 'answer') {
      yield outcome;
      return 'done';
    }
    const { rows, next: link } = outcome.value;
    if (typeof link === 'string') listing.onNextLink?.(link);
    yield { kind: 'rows', rows, isLast: found.step === 'done' };
    if (typeof found.step === 'string') return found.step;
    stop = found.step;
  }
  yield endless(`more than ${MAX_PAGES} pages`);
  return 'done';
}

function endless(reason: string): PageItem {
  return { kind: 'failed', error: new ApiError(`a listing of the API does not end: ${reason}`) };
}

interface Position extends PassOptions {
  readonly stop: PageStop;
}

/** What follows a page: where to go on, or how the reading ends. */
function stepAfter(
  listing: Listing,
  seen: ListingPass,
  envelope: Envelope,
  { stop, before, mayReRead }: Position,
): ReadingEnd | PageStop {
  const { isDoubted: wasDoubted } = seen;
  seen.add(envelope);
  if (listing.isEnough?.(envelope.rows)) return 'done';
  // A server that gives its last page for each page after it has told its end.
  if (seen.isRepeat && !wasDoubted) return 'repeat';
  const isFurther = envelope.rows.length > 0 && !seen.isRepeat;
  if (wasDoubted && isFurther && !isTold(envelope)) listing.sizes.noteCapped();
  const end = seen.isRepeat ? 'end' : endAfter(listing, seen, envelope, stop);
  listing.sizes.see(envelope.rows.length);
  seen.isDoubted = end === 'doubt';
  const next = nextStop(stop, end === 'end' || end === 'assumed');
  if (next !== null) return jumpTo(next, listing.jump?.() ?? next.page);
  const hasMoved = seen.hasDrifted && !(before?.equals(seen) ?? false);
  if (hasMoved && mayReRead) return 'again';
  if (end === 'assumed') listing.onAssumedEnd?.();
  const { missing } = seen;
  if (missing !== null) listing.onShort?.(missing.rows, missing.total);
  return (listing.isWanted?.(envelope.rows) ?? true) ? 'done' : 'rejected';
}

function endAfter(listing: Listing, seen: ListingPass, envelope: Envelope, stop: PageStop): PageEnd {
  const isWhole = (listing.firstPage ?? 1) === 1;
  return pageEnd(envelope, {
    page: stop.page,
    limit: listing.limit,
    rowsSoFar: isWhole ? seen.rows : null,
    isAfterEmpty: seen.isAfterEmpty,
    isInDoubt: seen.isDoubted,
    sizes: listing.sizes,
    mayEnd: () => listing.mayEnd?.(seen.rows, envelope.rows.length) ?? false,
  });
}
