import type { DayFacts } from './answer-headers.ts';

/**
 * The day's quota as a state and its transitions (DESIGN: The governor). What is left is the less of what the API
 * told and what was counted here; the reserve belongs to the customer's own sending.
 */

/** What is never touched: a share of the day's quota (0 to 1), or a number of requests. */
export type QuotaReserve = { readonly share: number } | { readonly requests: number };

export interface DayState {
  readonly reserve: QuotaReserve;
  /** The day's whole quota; null until known. */
  readonly quota: number | null;
  /** The first that was told: stands for the quota where that is unknown. */
  readonly basis: number | null;
  /** Least that any answer of this day told; null until one did. */
  readonly told: number | null;
  /** The first that was told, less what was started since. */
  readonly counted: number | null;
  /** The day's end on the server's clock; null if not told. */
  readonly resetMs: number | null;
  /** The API refused a request for want of quota. */
  readonly isGone: boolean;
}

export function initialDay(reserve: QuotaReserve): DayState {
  return { reserve, quota: null, basis: null, told: null, counted: null, resetMs: null, isGone: false };
}

/** What GET /api-quota told. */
export function withQuota(state: DayState, quota: number | null, facts: DayFacts): DayState {
  return { ...afterFacts(state, facts), quota };
}

/** A request that counts goes. */
export function afterDayStart(state: DayState): DayState {
  return state.counted === null ? state : { ...state, counted: state.counted - 1 };
}

/** An answer told what is left. One of an older day is ignored; what is left of one day only falls. */
export function afterFacts(state: DayState, facts: DayFacts): DayState {
  const { resetMs, remaining } = facts;
  const isKnown = state.told !== null;
  if (isKnown && resetMs !== null && state.resetMs !== null) {
    if (resetMs < state.resetMs) return state;
    if (resetMs > state.resetMs)
      return { ...state, resetMs, basis: remaining, told: remaining, counted: remaining };
  }
  return {
    ...state,
    resetMs: resetMs ?? state.resetMs,
    basis: state.basis ?? remaining,
    told: Math.min(state.told ?? remaining, remaining),
    counted: state.counted ?? remaining,
  };
}

/** The API says that the quota is used up. */
export function afterGone(state: DayState): DayState {
  return { ...state, isGone: true, told: 0 };
}

/** What is left of the day, never below 0; null if unknown. */
export function leftToday({ told, counted }: DayState): number | null {
  return told === null ? null : Math.max(0, Math.min(told, counted ?? told));
}

/** Requests that may still be started while `inFlight` may not be counted in what was told; Infinity if unknown. */
export function spareToday(state: DayState, inFlight: number): number {
  if (state.isGone) return 0;
  if (state.told === null) return Number.POSITIVE_INFINITY;
  return Math.min(state.told - inFlight, state.counted ?? state.told) - reserved(state);
}

function reserved({ reserve, quota, basis }: DayState): number {
  if ('requests' in reserve) return reserve.requests;
  return Math.ceil(reserve.share * (quota ?? basis ?? 0));
}
