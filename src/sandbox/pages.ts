import { invalid } from './answers.ts';
import type { Listing } from './listings.ts';
import type { SandboxOptions } from './options.ts';

const DEFAULT_LIMIT = 25;

/** Which rows are asked for: page is 1 or more, limit 10 to 100. */
export interface PageRequest {
  page: number;
  limit: number;
}

/** Where the listing is, and the query to keep in links. */
export interface PageAddress {
  /** Absolute URL without a query. */
  path: string;
  query: URLSearchParams;
}

/** Page and limit of a query. Throws a 422. */
export function readPageRequest(query: URLSearchParams): PageRequest {
  return {
    page: readInteger(query, 'page', 1, 1, Number.MAX_SAFE_INTEGER),
    limit: readInteger(query, 'limit', DEFAULT_LIMIT, 10, 100),
  };
}

function readInteger(
  query: URLSearchParams,
  name: string,
  fallback: number,
  low: number,
  high: number,
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw invalid(
    name,
    name === 'page' ? 'must be an integer of at least 1' : `must be between ${low} and ${high}`,
  );
}

/** The rows of a page, read through an order in which positions may have moved. */
export function rowsOfPage(
  listing: Listing,
  { page, limit }: PageRequest,
  move = (position: number) => position,
): unknown[] {
  const start = (page - 1) * limit;
  const count = Math.max(0, Math.min(limit, listing.length - start));
  return Array.from({ length: count }, (_, i) => listing.row(move(start + i)));
}

/** The envelope of a page in the form that the option names. */
export function pageBody(
  form: SandboxOptions['pagination'],
  rows: unknown[],
  total: number,
  request: PageRequest,
  address: PageAddress,
): Record<string, unknown> {
  if (form === 'bare') return { data: rows };
  const { page, limit } = request;
  const lastPage = Math.max(1, Math.ceil(total / limit));
  const start = (page - 1) * limit;
  const known = form === 'total';
  return {
    data: rows,
    links: {
      first: linkTo(address, 1),
      last: known ? linkTo(address, lastPage) : null,
      prev: page > 1 ? linkTo(address, page - 1) : null,
      next: page < lastPage ? linkTo(address, page + 1) : null,
    },
    meta: {
      current_page: page,
      from: rows.length === 0 ? null : start + 1,
      ...(known ? { last_page: lastPage } : {}),
      path: address.path,
      per_page: limit,
      to: rows.length === 0 ? null : start + rows.length,
      ...(known ? { total } : {}),
    },
  };
}

function linkTo({ path, query }: PageAddress, page: number): string {
  const target = new URLSearchParams(query);
  target.set('page', String(page));
  return `${path}?${target}`;
}
