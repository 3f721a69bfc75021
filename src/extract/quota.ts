import type { ApiError } from '../errors.ts';
import { isoTime } from './answer-headers.ts';
import { parseJson, readQuotaBody } from './envelope.ts';
import { type Connection, exchange } from './exchange.ts';

/** What is left of the day's quota. */
export interface QuotaTold {
  readonly quota: number | null;
  /** A whole number from 0 up. */
  readonly remaining: number;
  /** The day's end on the server's clock, ms since 1970; null if not told. */
  readonly resetMs: number | null;
}

/**
 * Asks for the day's quota, which is free, and tells the governor. Returns the reason if the API does not say, null if it
 * answers without a number: then the headers of the answers have to do. Throws AuthenticationError for a bad token, BudgetSpent, the signal's reason.
 */
export async function askQuota(
  connection: Connection,
): Promise<QuotaTold | { readonly error: ApiError | null }> {
  const outcome = await exchange(connection, {
    request: { method: 'GET', segments: ['api-quota'] },
    read: (answer) => readQuotaBody(parseJson(answer.text)),
    isFree: true,
  });
  if (outcome.kind === 'not-found') return { error: null };
  if (outcome.kind !== 'answer') return { error: outcome.error };
  const { quota, remaining, reset } = outcome.value;
  if (remaining === null) return { error: null };
  const told = { quota, remaining, resetMs: isoTime(reset) };
  connection.governor.setQuota(told.quota, told.remaining, told.resetMs);
  return told;
}
