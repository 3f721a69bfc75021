import { ask } from './ask.ts';
import type { ExtractContext } from './context.ts';
import type { Scope } from './events.ts';
import { PAGE_LIMIT } from './page-end.ts';
import { type Listing, type PageItem, pages } from './pagination.ts';

/** What a resource says about one of its listings; the rest is the same for all. */
export interface ScopeListing
  extends Omit<Listing, 'ask' | 'limit' | 'sizes' | 'onShort' | 'onReRead' | 'onNextLink'> {
  readonly scope: Scope;
  /** Below the base URL. */
  readonly segments: readonly string[];
  /** The query without page and limit. */
  readonly filter?: Readonly<Record<string, string>>;
  readonly fingerprint?: string;
  /** The document knows no pages of it: page and limit are not sent, unless an answer tells of further pages. */
  readonly isUnpaged?: boolean;
}

/** The pages of a listing, through governor and journal. */
export function scopePages(context: ExtractContext, resource: ScopeListing): AsyncGenerator<PageItem> {
  const { scope, segments, filter = {}, fingerprint = null, isUnpaged = false } = resource;
  return pages({
    ...resource,
    limit: isUnpaged ? null : PAGE_LIMIT,
    sizes: context.sizes,
    onShort: (rows, total) => context.onEvent({ type: 'short-listing', scope, rows, total }),
    ask: (page, isLast) => {
      const params = { ...pageParams(page, isUnpaged), ...filter };
      return ask(context, { scope, segments, params, page, fingerprint }, isLast);
    },
    onReRead: (pass) => context.onEvent({ type: 're-read', scope, pass }),
    onNextLink: context.noticeLink,
  });
}

/** What is sent to ask for a page. */
export function pageParams(page: number, isUnpaged: boolean): Record<string, string> {
  if (!isUnpaged) return { page: String(page), limit: String(PAGE_LIMIT) };
  return page === 1 ? {} : { page: String(page) };
}
