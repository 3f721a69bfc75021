import { ApiError } from './answers.ts';
import { DAY_MS } from './days.ts';
import type { SandboxOptions } from './options.ts';

const MINUTE_MS = 60_000;

/** The minute's requests and the day's, counted on the server's clock. */
export interface Allowance {
  options: SandboxOptions;
  /** Minutes since 1970 of the window that is counted. */
  minute: number;
  inMinute: number;
  /** Days since 1970 of the quota that is counted in options.quotaUsed. */
  day: number;
}

/** An allowance of which nothing but `quotaUsed` is spent. */
export function makeAllowance(options: SandboxOptions): Allowance {
  const now = options.now();
  return { options, minute: Math.floor(now / MINUTE_MS), inMinute: 0, day: Math.floor(now / DAY_MS) };
}

function turn(allowance: Allowance): number {
  const now = allowance.options.now();
  const minute = Math.floor(now / MINUTE_MS);
  if (minute !== allowance.minute) Object.assign(allowance, { minute, inMinute: 0 });
  const day = Math.floor(now / DAY_MS);
  if (day !== allowance.day) {
    allowance.day = day;
    allowance.options.quotaUsed = 0;
  }
  return now;
}

/** Spends a request. Throws a 429; one for the minute spends nothing of the day. */
export function takeRequest(allowance: Allowance): void {
  turn(allowance);
  const { options } = allowance;
  if (options.rateLimit > 0 && allowance.inMinute >= options.rateLimit) throw overMinute(allowance);
  allowance.inMinute += 1;
  if (options.quotaUsed >= options.quota) throw overQuota(allowance);
  options.quotaUsed += 1;
}

/** Undoes the day's part of a request that is answered with a 429 for the minute. */
export function returnRequest(allowance: Allowance): void {
  allowance.inMinute = Math.max(0, allowance.inMinute - 1);
  allowance.options.quotaUsed = Math.max(0, allowance.options.quotaUsed - 1);
}

/** 429 for the minute, with the seconds to its end. */
export function overMinute(allowance: Allowance): ApiError {
  const left = (allowance.minute + 1) * MINUTE_MS - allowance.options.now();
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(left / 1000))) };
  return new ApiError(429, 'Too many requests. #MS42903', {}, headers);
}

/** 429 for the day. */
export function overQuota(allowance: Allowance): ApiError {
  const left = (allowance.day + 1) * DAY_MS - allowance.options.now();
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(left / 1000))) };
  return new ApiError(429, 'You have reached your daily API quota limit. #MS42901', {}, headers);
}

/** What is left, as the headers of every answer tell it; none if they are switched off. */
export function allowanceHeaders(allowance: Allowance): Record<string, string> {
  turn(allowance);
  const { options } = allowance;
  if (options.headers === 'none') return {};
  const quota = {
    'x-apiquota-remaining': String(quotaLeft(options)),
    'x-apiquota-reset': quotaReset(allowance),
  };
  if (options.rateLimit === 0) return quota;
  return {
    'x-ratelimit-limit': String(options.rateLimit),
    'x-ratelimit-remaining': String(Math.max(0, options.rateLimit - allowance.inMinute)),
    'x-ratelimit-reset': String((allowance.minute + 1) * 60),
    ...quota,
  };
}

/** The body of /api-quota. */
export function quotaBody(allowance: Allowance): Record<string, unknown> {
  turn(allowance);
  const { options } = allowance;
  return { quota: options.quota, remaining: quotaLeft(options), reset: quotaReset(allowance) };
}

function quotaLeft({ quota, quotaUsed }: SandboxOptions): number {
  return Math.max(0, quota - quotaUsed);
}

function quotaReset({ day }: Allowance): string {
  return new Date((day + 1) * DAY_MS).toISOString().replace('.000Z', 'Z');
}
