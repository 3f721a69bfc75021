import type { ProgressEvent } from './progress-event.ts';
import { formatCount, formatCountOf, formatDuration } from './quantities.ts';
import { terminalText } from './terminal-text.ts';

/** What a run has done so far. Times are milliseconds of one clock. */
export interface ProgressState {
  readonly startedAt: number;
  readonly stage: string;
  readonly monitor: string | null;
  /** Requests: answered pages and attempts that failed. */
  readonly requests: number;
  readonly pages: number;
  readonly ips: number;
  readonly ipsDone: number;
  /** When the first listing or the plan was there; null before. */
  readonly ipsSince: number | null;
  readonly records: number;
  readonly retries: number;
  readonly skipped: number;
  readonly waiting: { readonly reason: string; readonly until: number } | null;
}

/** Below this a rate says more about the first answers than about the run. */
const LEAST_TIME_FOR_RATES_MS = 3_000;

export function initialProgress(now: number): ProgressState {
  return {
    startedAt: now,
    stage: 'start',
    monitor: null,
    requests: 0,
    pages: 0,
    ips: 0,
    ipsDone: 0,
    ipsSince: null,
    records: 0,
    retries: 0,
    skipped: 0,
    waiting: null,
  };
}

/** The state after an event that came at `now`. */
export function advanceProgress(state: ProgressState, event: ProgressEvent, now: number): ProgressState {
  switch (event.type) {
    case 'stage':
      return { ...state, stage: event.stage, monitor: null, waiting: null };
    case 'listing':
      return {
        ...state,
        monitor: event.monitor,
        ips: state.ips + event.ips,
        ipsSince: state.ipsSince ?? now,
      };
    case 'planned':
      return { ...state, ips: event.ips, ipsSince: now };
    case 'page':
      return {
        ...state,
        monitor: event.monitor ?? state.monitor,
        requests: state.requests + 1,
        pages: state.pages + 1,
        records: state.records + event.records,
        waiting: null,
      };
    case 'ip-done':
      return { ...state, ipsDone: state.ipsDone + 1 };
    case 'waiting':
      return { ...state, waiting: { reason: event.reason, until: now + event.ms } };
    case 'retry':
      return { ...state, requests: state.requests + 1, retries: state.retries + 1 };
    case 'skipped':
      return { ...state, skipped: state.skipped + 1 };
  }
}

/** One line for people: monitor, pages, IPs, records, requests a minute, time left, and what went wrong. */
export function progressText(state: ProgressState, now: number): string {
  const rate = requestsAMinute(state, now);
  const left = timeLeft(state, now);
  return [
    state.monitor === null ? null : terminalText(state.monitor),
    formatCountOf(state.pages, 'page'),
    state.ips === 0 ? null : `${formatCount(state.ipsDone)}/${formatCountOf(state.ips, 'IP')}`,
    state.records === 0 ? null : formatCountOf(state.records, 'record'),
    rate === null ? null : `${formatCount(rate)} requests/min`,
    left === null ? null : `${formatDuration(left)} left`,
    waitText(state, now),
    state.retries === 0 ? null : formatCountOf(state.retries, 'retry', 'retries'),
    state.skipped === 0 ? null : `${formatCount(state.skipped)} skipped`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** Null while too little time has gone by to tell. */
export function requestsAMinute(state: ProgressState, now: number): number | null {
  const elapsed = now - state.startedAt;
  return elapsed < LEAST_TIME_FOR_RATES_MS ? null : Math.round((state.requests * 60_000) / elapsed);
}

/** Milliseconds that the IPs listed so far still take at the speed up to now; null if that cannot be told. */
export function timeLeft(state: ProgressState, now: number): number | null {
  if (state.ipsSince === null || state.ipsDone === 0) return null;
  const elapsed = now - state.ipsSince;
  if (elapsed < LEAST_TIME_FOR_RATES_MS) return null;
  return Math.max(0, state.ips - state.ipsDone) * (elapsed / state.ipsDone);
}

function waitText(state: ProgressState, now: number): string | null {
  if (state.waiting === null || state.waiting.until <= now) return null;
  return `waiting ${formatDuration(state.waiting.until - now)} (${terminalText(state.waiting.reason)})`;
}
