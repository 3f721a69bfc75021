import type { Envelope } from '../extract/envelope.ts';
import { type Connection, exchange, type Outcome } from '../extract/exchange.ts';
import { PAGE_LIMIT, PageSizes } from '../extract/page-end.ts';
import { pages } from '../extract/pagination.ts';
import { readPage } from '../extract/read-page.ts';
import { textField } from '../extract/row-fields.ts';
import { pageParams } from '../extract/scope-pages.ts';
import type { TransportRequest } from '../extract/transport.ts';
import { asClientError, refusedError } from './refusals.ts';

/** A listing of the API. */
export interface RowListing<T> {
  /** Below the base URL. */
  readonly segments: readonly string[];
  /** The query without page and limit. */
  readonly filter: Readonly<Record<string, string>>;
  /** The field that tells rows apart. */
  readonly key: string;
  readonly readRow: (row: unknown) => T;
  /** The document knows no pages of it. */
  readonly isUnpaged?: boolean;
}

/**
 * The rows of a listing, each once, page by page as they are wanted. Rows that move between pages while they are read
 * are found by reading again (see `pages`). Throws RefusedError, AuthenticationError, ApiError and the signal's reason.
 */
export async function* readListing<T>(connection: Connection, listing: RowListing<T>): AsyncGenerator<T> {
  const { segments, filter, key, readRow, isUnpaged = false } = listing;
  const seen = new Set<string>();
  const answer = { text: '', status: 0 };
  const requestOf = (page: number): TransportRequest => ({
    method: 'GET',
    segments,
    query: { ...pageParams(page, isUnpaged), ...filter },
  });
  const items = pages({
    limit: isUnpaged ? null : PAGE_LIMIT,
    keyOf: (row) => textField(row, key),
    sizes: new PageSizes(),
    ask: (page, isLast) => askPage(connection, requestOf(page), answer, isLast),
  });
  for await (const item of items) {
    if (item.kind === 'failed') throw item.error;
    if (item.kind !== 'rows') {
      const error = item.kind === 'refused' ? item.error : undefined;
      throw refusedError(requestOf(1), answer.status, answer.text, error);
    }
    for (const row of item.rows) {
      const id = textField(row, key) ?? `\0${JSON.stringify(row)}`;
      if (seen.has(id)) continue;
      seen.add(id);
      yield readRow(row);
    }
  }
}

/** Asks for a page; `newest` is what the last attempt answered. */
function askPage(
  connection: Connection,
  request: TransportRequest,
  newest: { text: string; status: number },
  isLast: (page: Envelope) => boolean,
): Promise<Outcome<Envelope>> {
  const asked = exchange<Envelope>(connection, {
    request,
    read: readPage,
    record: async ({ answer, value }) => {
      if (answer.kind === 'answer') Object.assign(newest, { text: answer.text, status: answer.status });
      if (value !== null) isLast(value);
    },
  });
  return asked.catch((error: unknown) => {
    throw asClientError(error);
  });
}
