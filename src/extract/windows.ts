import type { MinuteFacts } from './answer-headers.ts';

/**
 * The minute's window as a state and its transitions (DESIGN: The governor). Times are milliseconds of the monotonic
 * clock, except `resetMs`, the server's name for a window. Nothing here waits.
 */

/** One window of the server. */
export interface MinuteWindow {
  /** Its end on the server's clock. */
  readonly resetMs: number;
  /** Its end on ours, never too early. */
  readonly endsAtMs: number;
  /** Least that any answer of this window told. */
  readonly remaining: number;
  /** Requests started since it was opened, and those under way then. */
  readonly sent: number;
}

export interface MinuteState {
  /** Requests a window: 60 until a header says otherwise. */
  readonly limit: number;
  /** Requests a minute that the operator allows; null = what the limit allows, 0 = no pacing at all. */
  readonly rate: number | null;
  readonly window: MinuteWindow | null;
  /** The request that goes alone to open a window. */
  readonly opener: number | null;
  /** The API tells no limits: requests are counted here. */
  readonly isCounting: boolean;
  /** After a 429 nothing goes before this. */
  readonly blockedUntilMs: number;
  /** Starts of the last minute, oldest first. */
  readonly starts: readonly number[];
  readonly inFlight: number;
}

/** May a request go? If not, until when at most, and why; an answer may change it sooner. */
export type Gate =
  | { readonly kind: 'go'; readonly opens: boolean }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly cause: GateCause };

/** Waiting for the window's end, after a 429, or for answers that are under way. */
export type GateCause = 'window' | 'rate_limited' | 'answer';

/** What an answer means for the minute; facts are null where it told no limits. */
export interface MinuteAnswer {
  readonly facts: MinuteFacts | null;
  /** A complete answer that could have told the limits, not one of something in between. */
  readonly isTelling: boolean;
  /** For a 429: how long the API asks to wait, null = not told. Undefined for every other answer. */
  readonly limited?: number | null;
}

const DEFAULT_LIMIT = 60;
const MINUTE_MS = 60_000;

/** The Date header is cut to seconds, and ours and the server's minute may begin apart. */
const SAFETY_MS = 1_000;

/** Two resets this near are one: some servers round them up or down. */
const SAME_RESET_MS = 1_000;

/** Part of a window that is left alone, at least one request. */
const MARGIN_SHARE = 0.02;

export function initialMinute(rate: number | null): MinuteState {
  return {
    limit: DEFAULT_LIMIT,
    rate,
    window: null,
    opener: null,
    isCounting: false,
    blockedUntilMs: Number.NEGATIVE_INFINITY,
    starts: [],
    inFlight: 0,
  };
}

/** Decides for the next request. */
export function gateOf(state: MinuteState, nowMs: number): Gate {
  if (nowMs < state.blockedUntilMs) return wait(state.blockedUntilMs, 'rate_limited');
  if (state.rate === 0) return { kind: 'go', opens: false };
  if (state.opener !== null) return wait(Number.POSITIVE_INFINITY, 'answer');
  const freeAtMs = countedFreeAt(state, nowMs);
  if (freeAtMs > nowMs) return wait(freeAtMs, 'window');
  if (state.isCounting) return { kind: 'go', opens: false };
  const { window } = state;
  if (window === null || isOver(state, window, nowMs)) return { kind: 'go', opens: true };
  if (spare(state, window, state.inFlight) > 0) return { kind: 'go', opens: false };
  const mayClear = spare(state, window, 0) > 0;
  return wait(window.endsAtMs + SAFETY_MS, mayClear ? 'answer' : 'window');
}

/** A request goes. */
export function afterStart(state: MinuteState, permit: number, opens: boolean, nowMs: number): MinuteState {
  return {
    ...state,
    inFlight: state.inFlight + 1,
    opener: opens ? permit : state.opener,
    window: state.window === null ? null : { ...state.window, sent: state.window.sent + 1 },
    starts: countedLimit(state) !== null ? [...recentStarts(state, nowMs), nowMs] : state.starts,
  };
}

/** A request is answered, or failed for good. */
export function afterAnswer(
  state: MinuteState,
  permit: number,
  answer: MinuteAnswer,
  nowMs: number,
): MinuteState {
  const isOpener = state.opener === permit;
  const settled = {
    ...state,
    inFlight: state.inFlight - 1,
    opener: isOpener ? null : state.opener,
  };
  const told =
    answer.facts === null
      ? withoutFacts(settled, answer, isOpener, nowMs)
      : withFacts(settled, answer.facts, isOpener, nowMs);
  return answer.limited === undefined ? told : blocked(told, answer.limited, nowMs);
}

function withFacts(state: MinuteState, facts: MinuteFacts, isOpener: boolean, nowMs: number): MinuteState {
  const { window } = state;
  const endsAtMs = nowMs + facts.resetInMs;
  if (window !== null && facts.resetMs < window.resetMs - SAME_RESET_MS) return state;
  const common = { ...state, limit: facts.limit ?? state.limit, isCounting: false };
  if (window === null || facts.resetMs > window.resetMs + SAME_RESET_MS) {
    const { resetMs, remaining } = facts;
    return { ...common, window: { resetMs, endsAtMs, remaining, sent: state.inFlight + 1 } };
  }
  // An opener was sent after the window seemed over: if it is not, its answer knows the end best.
  const end = isOpener ? endsAtMs : Math.min(window.endsAtMs, endsAtMs);
  return {
    ...common,
    window: { ...window, endsAtMs: end, remaining: Math.min(window.remaining, facts.remaining) },
  };
}

/** An opener that learnt nothing from a proper answer leaves the counting to us, from the starts of the last minute. */
function withoutFacts(
  state: MinuteState,
  { isTelling, limited }: MinuteAnswer,
  isOpener: boolean,
  nowMs: number,
): MinuteState {
  if (!isOpener || !isTelling || limited !== undefined) return state;
  return { ...state, isCounting: true, window: null, starts: state.isCounting ? state.starts : [nowMs] };
}

/** One wait for all: as long as the answer asks, and to the end of the window if that is known. */
function blocked(state: MinuteState, askedMs: number | null, nowMs: number): MinuteState {
  const { window } = state;
  const windowEnd = window !== null && window.endsAtMs > nowMs ? window.endsAtMs : null;
  const asked = askedMs === null ? null : nowMs + askedMs;
  const end = Math.max(windowEnd ?? Number.NEGATIVE_INFINITY, asked ?? Number.NEGATIVE_INFINITY);
  const untilMs = (Number.isFinite(end) ? end : nowMs + MINUTE_MS) + SAFETY_MS;
  return {
    ...state,
    blockedUntilMs: Math.max(state.blockedUntilMs, untilMs),
    window: window === null ? null : { ...window, remaining: 0 },
  };
}

/** Requests that may still be started when `inFlight` of them may not be counted in `remaining` yet. */
function spare(state: MinuteState, window: MinuteWindow, inFlight: number): number {
  return Math.min(window.remaining - inFlight, state.limit - window.sent) - margin(state.limit);
}

function isOver(state: MinuteState, window: MinuteWindow, nowMs: number): boolean {
  const isSpent = spare(state, window, state.inFlight) <= 0;
  return nowMs >= window.endsAtMs + (isSpent ? SAFETY_MS : 0);
}

function wait(untilMs: number, cause: GateCause): Gate {
  return { kind: 'wait', untilMs, cause };
}

/** Requests of the last minute that our own count allows; null = nothing is counted here. */
function countedLimit({ rate, isCounting, limit }: MinuteState): number | null {
  if (!isCounting) return rate === 0 ? null : rate;
  return Math.min(rate ?? limit, Math.max(1, Math.ceil(limit - margin(limit))));
}

function recentStarts({ starts }: MinuteState, nowMs: number): readonly number[] {
  const first = starts.findIndex((at) => at > nowMs - MINUTE_MS - SAFETY_MS);
  return first === -1 ? [] : starts.slice(first);
}

/** When our own count lets a request go; -Infinity if nothing is counted here. */
function countedFreeAt(state: MinuteState, nowMs: number): number {
  const allowed = countedLimit(state);
  const starts = allowed === null ? [] : recentStarts(state, nowMs);
  const blocking = starts[starts.length - (allowed ?? 0)];
  return blocking === undefined ? Number.NEGATIVE_INFINITY : blocking + MINUTE_MS + SAFETY_MS;
}

function margin(limit: number): number {
  return Math.max(1, limit * MARGIN_SHARE);
}
