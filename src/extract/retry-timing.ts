import { dayFacts, retryAfterMs, serverNow } from './answer-headers.ts';
import type { AnswerHeaders, CompleteAnswer, FailedAnswer, FailureReason } from './transport.ts';
import { isAccountCode } from './vendor-codes.ts';

/**
 * What to do after an attempt, from what came of it alone. A request that failed is tried five times in all, with
 * full jitter; a 429 for the minute is no failure of the request, but bounded too.
 */

/** How an attempt ended: a status, and whether the body was what was expected of it; or no answer at all. */
export type AttemptEnd =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly body: BodyVerdict;
    }
  | { readonly kind: 'failure'; readonly reason: FailureReason };

export interface BodyVerdict {
  /** The vendor's `#MS` code without the `#`; null if there is none. */
  readonly code: string | null;
  /** For a 2xx: whether the body has the documented form. */
  readonly isValid: boolean;
}

export interface RetryHistory {
  /** Attempts of this request that failed, this one included if it did. */
  readonly failures: number;
  /** Answers 429 for the minute that this request got, this one included if it is one. */
  readonly rateLimited: number;
}

export interface TimingContext {
  readonly history: RetryHistory;
  /** Our wall clock, ms; used only where an answer has no Date. */
  readonly nowMs: number;
  /** 0 inclusive to 1 exclusive. */
  readonly random: number;
  /** Whether it does no harm if the API gets it twice: all but POST (RFC 9110, section 9.2.2). */
  readonly isRepeatable: boolean;
  /** Whether the request is about one thing of the account, so that a 403 may be about that thing alone. */
  readonly isOfOneThing: boolean;
}

export type Decision =
  | { readonly kind: 'accept' }
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** All requests wait; null = the answer does not say how long. */
  | { readonly kind: 'wait-minute'; readonly waitMs: number | null }
  /** Nothing more today; on our clock, null = not told. */
  | { readonly kind: 'quota-gone'; readonly resetAtMs: number | null }
  | { readonly kind: 'fatal-auth'; readonly status: number; readonly code: string | null }
  /** This machine has run out of something: every request would end so. */
  | { readonly kind: 'fatal-machine' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'give-up' };

/** Attempts of a request that fails again and again, the first included. */
export const MAX_ATTEMPTS = 5;

/** Answers 429 in a row after which a request is given up: somebody else takes all there is. */
export const MAX_RATE_LIMITED = 10;

/** Longer waits that a server asks for are cut to this. The minute's window needs 60 s at most. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** Backoff before the second attempt is drawn from 0 to this; it doubles with each failure up to the ceiling. */
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CEILING_MS = 60_000;

/** 421 is maintenance (FACTS): it lasts, so the waits begin longer. */
const MAINTENANCE_BASE_MS = 15_000;

/** Status codes worth asking again for, besides 5xx. A 304 is a cache's mistake: nothing was asked conditionally. */
const PASSING = new Set([304, 408, 421, 425]);

/** Failures that asking again does not help. */
const LASTING: ReadonlySet<FailureReason> = new Set<FailureReason>(['dropped', 'tls', 'proxy']);

/** Failures before which nothing was sent. */
const UNSENT: ReadonlySet<FailureReason> = new Set<FailureReason>(['unreached', 'tls', 'proxy']);

/** Decides; see {@link Decision}. */
export function decideAfter(end: AttemptEnd, context: TimingContext): Decision {
  if (!context.isRepeatable && mayHaveHappened(end)) {
    return isValidSuccess(end) ? { kind: 'accept' } : { kind: 'give-up' };
  }
  if (end.kind === 'failure') {
    if (end.reason === 'machine') return { kind: 'fatal-machine' };
    if (LASTING.has(end.reason)) return { kind: 'give-up' };
    return retry({}, BACKOFF_BASE_MS, context);
  }
  const { status, headers, body } = end;
  if (status >= 200 && status < 300) {
    return body.isValid ? { kind: 'accept' } : retry(headers, BACKOFF_BASE_MS, context);
  }
  if (status === 429) return afterLimit(headers, body.code, context);
  if (isFatal(status, body.code, context)) return { kind: 'fatal-auth', status, code: body.code };
  if (status === 404) return { kind: 'not-found' };
  if (status === 421) return retry(headers, MAINTENANCE_BASE_MS, context);
  if (PASSING.has(status) || status >= 500) return retry(headers, BACKOFF_BASE_MS, context);
  return { kind: 'refused' };
}

/**
 * Whether the API may have done what was asked: it said so, or nothing tells (no answer to what was sent, 408, 5xx). With
 * all other statuses it refuses a request before it takes it up.
 */
export function mayHaveHappened(
  end: Pick<FailedAnswer, 'kind' | 'reason'> | Pick<CompleteAnswer, 'kind' | 'status'>,
): boolean {
  if (end.kind === 'failure') return !UNSENT.has(end.reason);
  const { status } = end;
  return (status >= 200 && status < 300) || status === 408 || status >= 500;
}

/** A 401 is about the token. A 403 is too, unless it answers for one thing and its code is not about the account. */
function isFatal(status: number, code: string | null, { isOfOneThing }: TimingContext): boolean {
  return status === 401 || (status === 403 && (!isOfOneThing || isAccountCode(code)));
}

function isValidSuccess(end: AttemptEnd): boolean {
  return end.kind === 'answer' && end.status < 300 && end.body.isValid;
}

/** Whether an attempt that ended so counts as a failure of the request. */
export function isFailure(end: AttemptEnd): boolean {
  if (end.kind === 'failure') return true;
  if (end.status >= 200 && end.status < 300) return !end.body.isValid;
  return PASSING.has(end.status) || end.status >= 500;
}

function afterLimit(
  headers: AnswerHeaders,
  code: string | null,
  { history, nowMs }: TimingContext,
): Decision {
  const day = dayFacts(headers);
  if (code === 'MS42901' || day?.remaining === 0) {
    const resetMs = day?.resetMs ?? null;
    return {
      kind: 'quota-gone',
      resetAtMs: resetMs === null ? null : nowMs + (resetMs - serverNow(headers, nowMs)),
    };
  }
  if (history.rateLimited >= MAX_RATE_LIMITED) return { kind: 'give-up' };
  const asked = retryAfterMs(headers, nowMs);
  return { kind: 'wait-minute', waitMs: asked === null ? null : Math.min(asked, LONGEST_RETRY_AFTER_MS) };
}

/** Full jitter, but never sooner than the server asks for. */
function retry(headers: AnswerHeaders, baseMs: number, { history, nowMs, random }: TimingContext): Decision {
  if (history.failures >= MAX_ATTEMPTS) return { kind: 'give-up' };
  const ceiling = Math.min(BACKOFF_CEILING_MS, baseMs * 2 ** Math.max(0, history.failures - 1));
  const asked = Math.min(retryAfterMs(headers, nowMs) ?? 0, LONGEST_RETRY_AFTER_MS);
  return { kind: 'retry', waitMs: Math.max(asked, Math.floor(random * ceiling)) };
}
