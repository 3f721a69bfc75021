import type { AnswerHeaders } from './transport.ts';

/**
 * What an answer's headers say about limits. The server's times are turned into durations by its own Date header, so
 * that our clock may be wrong by hours; only an answer without a Date is read by our clock. A count that is no whole
 * number from 0 up (`-1`, `unlimited`) tells nothing: headers come with every answer, and the next may tell.
 */

/** The minute's window. */
export interface MinuteFacts {
  /** Requests a window; null if not told. */
  readonly limit: number | null;
  readonly remaining: number;
  /** The window's end on the server's clock, ms: it names the window. */
  readonly resetMs: number;
  /** Until the window's end, ms; 0 if it is over. */
  readonly resetInMs: number;
}

/** The day's quota. */
export interface DayFacts {
  readonly remaining: number;
  /** The day's end on the server's clock, ms; null if not told. */
  readonly resetMs: number | null;
}

const SECOND_MS = 1000;

/** A reset further from the Date than this is no reset of a minute's window: the header is ignored. */
const FARTHEST_RESET_MS = 60 * 60 * SECOND_MS;

/** The answer's Date, or our clock (`nowMs`) where there is none. */
export function serverNow(headers: AnswerHeaders, nowMs: number): number {
  const date = Date.parse(headers.date ?? '');
  return Number.isNaN(date) ? nowMs : date;
}

/** How long ago a cache got the answer, by its Age (RFC 9111, section 5.1); 0 if no cache says so. */
export function ageMs(headers: AnswerHeaders): number {
  return (wholeNumber(headers.age) ?? 0) * SECOND_MS;
}

/** Null if the answer does not tell both what is left and until when (`x-ratelimit-reset` in Unix seconds). */
export function minuteFacts(headers: AnswerHeaders, nowMs: number): MinuteFacts | null {
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (remaining === null || reset === null) return null;
  const resetMs = reset * SECOND_MS;
  const away = resetMs - serverNow(headers, nowMs);
  if (Math.abs(away) > FARTHEST_RESET_MS) return null;
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  return { limit: limit === 0 ? null : limit, remaining, resetMs, resetInMs: Math.max(0, away) };
}

/** Null if the answer does not tell what is left of the day (`x-apiquota-reset` is ISO 8601). */
export function dayFacts(headers: AnswerHeaders): DayFacts | null {
  const remaining = wholeNumber(headers['x-apiquota-remaining']);
  if (remaining === null) return null;
  return { remaining, resetMs: isoTime(headers['x-apiquota-reset']) };
}

/**
 * `Retry-After` in ms, as seconds or as an HTTP date; a moment that is over is 0. Null if it is absent or neither of
 * the two.
 */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number): number | null {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return null;
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Math.max(0, Math.ceil(Number(text) * SECOND_MS));
  const at = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - serverNow(headers, nowMs));
}

/** ISO 8601 as ms since 1970; without a zone it is UTC. Null if it is none. */
export function isoTime(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const isZoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10;
  const at = Date.parse(isZoned ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? null : at;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
