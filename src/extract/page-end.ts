import type { Envelope } from './envelope.ts';

/** Rows a page that are asked for: the most the API gives. */
export const PAGE_LIMIT = 100;

/**
 * Whether a page is the last of its listing, from all that the answer tells. What it tells about the end wins over the
 * number of rows; where it contradicts itself, one more page is asked. `limit` is what was asked for, null = nothing,
 * as where the document knows no pages.
 */
export function isEndOfListing(envelope: Envelope, page: number, limit: number | null): boolean {
  const { rows, next, lastPage, total } = envelope;
  if (rows.length === 0) return true;
  const perPage = envelope.perPage ?? limit;
  const told: boolean[] = [];
  if (lastPage !== undefined) told.push(page >= lastPage);
  if (total !== undefined && perPage !== null) told.push(page * perPage >= total);
  if (next !== undefined) told.push(next === null);
  if (told.length > 0) return told.every((isEnd) => isEnd);
  return perPage === null || rows.length < perPage;
}
