import { readFileSync } from 'node:fs';
import { ConfigurationError } from './errors.ts';

/** What of the day's quota is left alone: a share of it (0 to 1), or a number of requests. */
export type QuotaReserveOption = { readonly share: number } | { readonly requests: number };

/** Everything a run needs to know, complete and frozen. Below this nobody reads flags or the environment. */
export interface RunOptions {
  /** Out directory. */
  readonly out: string;
  /** Base URL of the API, version path included. */
  readonly apiUrl: string;
  readonly token: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests a minute at most; 0 = no pacing at all, null = what the API's headers allow. */
  readonly ratePerMinute: number | null;
  readonly quotaReserve: QuotaReserveOption;
  /** Requests of the run, retries included; null = no bound. */
  readonly maxRequests: number | null;
  /** Milliseconds after which no request is started; null = no bound. */
  readonly deadlineMs: number | null;
  /** Fetch everything again. */
  readonly isFull: boolean;
  /** ISO date: only details from this day on; null = all. */
  readonly since: string | null;
  /** Monitors by id or domain; empty = all. */
  readonly monitors: readonly string[];
  /** Share of the unchanged IPs that is read again in proof, 0 to 1. */
  readonly verifyShare: number;
  /** How long an equal aggregated row is trusted where the report covers a moving window. */
  readonly maxAgeMs: number;
  /** Whether a partial run ends with exit code 0. */
  readonly allowPartial: boolean;
  /** Whether the account may be another one than the dataset knows. */
  readonly acceptNewAccount: boolean;
  /** Whole days that compressed journals are kept; null = for ever. */
  readonly keepJournalDays: number | null;
  /** Whole days that the dataset keeps; null = all. */
  readonly retainDays: number | null;
  /** Directory of the operator's own checks; null = none. */
  readonly checksDirectory: string | null;
  /** Checks that may fail. */
  readonly acceptedChecks: readonly string[];
  /** DuckDB's own memory bound, e.g. `512MB`. */
  readonly memoryLimit: string;
}

/** What the command line gives; an absent flag is undefined. */
export interface RunFlags {
  readonly out?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly rate?: number | undefined;
  /** `20%` or a number of requests. */
  readonly quotaReserve?: string | undefined;
  readonly maxRequests?: number | undefined;
  /** A duration such as `90s`, `45m`, `2h`. */
  readonly deadline?: string | undefined;
  readonly full?: boolean | undefined;
  readonly since?: string | undefined;
  readonly monitor?: readonly string[] | undefined;
  /** A share such as `2%` or `0.02`. */
  readonly verify?: string | undefined;
  /** Days. */
  readonly maxAge?: number | undefined;
  readonly allowPartial?: boolean | undefined;
  readonly acceptNewAccount?: boolean | undefined;
  /** Days. */
  readonly keepJournal?: number | undefined;
  /** Days. */
  readonly retainDays?: number | undefined;
  readonly checks?: string | undefined;
  readonly acceptCheck?: readonly string[] | undefined;
  readonly memoryLimit?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_OUT = './dmarc-data';
export const DEFAULT_API_URL = 'https://api.mailersend.com/v1';
const DEFAULT_CONCURRENCY = 4;
const DEFAULT_QUOTA_RESERVE = '20%';
const DEFAULT_VERIFY = '2%';
const DEFAULT_MAX_AGE_DAYS = 3;
const DEFAULT_MEMORY_LIMIT = '512MB';
const DAY_MS = 86_400_000;

/** Flags over environment over defaults. Throws ConfigurationError naming what cannot be used. */
export function resolveRunOptions(flags: RunFlags, environment: Environment): RunOptions {
  return Object.freeze({
    out: flags.out ?? DEFAULT_OUT,
    apiUrl: flags.apiUrl ?? nonEmpty(environment.MAILERSEND_API_BASE_URL) ?? DEFAULT_API_URL,
    token: resolveToken(flags.tokenFile, environment),
    concurrency: wholeNumber('--concurrency', flags.concurrency ?? DEFAULT_CONCURRENCY, 1, 64),
    ratePerMinute: optional(flags.rate, (rate) => wholeNumber('--rate', rate, 0, 1_000_000)),
    quotaReserve: parseQuotaReserve(flags.quotaReserve ?? DEFAULT_QUOTA_RESERVE),
    maxRequests: optional(flags.maxRequests, (most) => wholeNumber('--max-requests', most, 1, 1_000_000_000)),
    deadlineMs: optional(flags.deadline, (text) => parseDuration('--deadline', text)),
    isFull: flags.full ?? false,
    since: optional(flags.since, parseSince),
    monitors: flags.monitor ?? [],
    verifyShare: parseShare('--verify', flags.verify ?? DEFAULT_VERIFY),
    maxAgeMs: wholeNumber('--max-age', flags.maxAge ?? DEFAULT_MAX_AGE_DAYS, 0, 3650) * DAY_MS,
    allowPartial: flags.allowPartial ?? false,
    acceptNewAccount: flags.acceptNewAccount ?? false,
    keepJournalDays: keepJournalDays(flags),
    retainDays: optional(flags.retainDays, (days) => wholeNumber('--retain-days', days, 1, 36_500)),
    checksDirectory: flags.checks ?? null,
    acceptedChecks: flags.acceptCheck ?? [],
    memoryLimit: flags.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
  });
}

function optional<T, R>(value: T | undefined, read: (value: T) => R): R | null {
  return value === undefined ? null : read(value);
}

/** Journals hold the answers, so they go with what is no longer kept. */
function keepJournalDays({ keepJournal, retainDays }: RunFlags): number | null {
  const kept = optional(keepJournal, (days) => wholeNumber('--keep-journal', days, 0, 36_500));
  return retainDays === undefined ? kept : Math.min(kept ?? retainDays, retainDays);
}

/** The token: MAILERSEND_API_TOKEN, then MAILERSEND_API_KEY, then the file. Never told in an error. */
export function resolveToken(tokenFile: string | undefined, environment: Environment): string {
  const token =
    nonEmpty(environment.MAILERSEND_API_TOKEN) ??
    nonEmpty(environment.MAILERSEND_API_KEY) ??
    (tokenFile === undefined ? undefined : nonEmpty(readTokenFile(tokenFile)));
  if (token === undefined) {
    throw new ConfigurationError('no API token', {
      hint: 'Set MAILERSEND_API_TOKEN, or name a file that holds the token with --token-file.',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigurationError(
      'the API token has characters that no token has (white space, line breaks, other scripts)',
      { hint: 'Copy the token again, as one word.' },
    );
  }
  return token;
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigurationError(`the token file ${path} cannot be read: ${code}`, { cause });
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigurationError(`${name} takes a whole number from ${least} to ${most}, not ${value}`);
}

/** A share from `0.02` or `2%`. */
export function parseShare(name: string, text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new ConfigurationError(`${name} takes a share such as 2% or 0.02, not ${text}`);
}

/** `20%`, or a number of requests. */
export function parseQuotaReserve(text: string): QuotaReserveOption {
  if (/^\d+$/.test(text.trim())) return { requests: Number(text) };
  return { share: parseShare('--quota-reserve', text) };
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `45m`, `2h`, `1h30m`. */
export function parseDuration(name: string, text: string): number {
  const parts = [...text.trim().matchAll(/(\d+)([smh])/g)];
  const ms = parts.reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (DURATION_UNITS_MS[unit ?? ''] ?? 0),
    0,
  );
  if (ms > 0 && parts.map(([part]) => part).join('') === text.trim()) return ms;
  throw new ConfigurationError(`${name} takes a duration such as 90s, 45m or 2h, not ${text}`);
}

function parseSince(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text))
    return text;
  throw new ConfigurationError(`--since takes a day such as 2025-11-05, not ${text}`);
}
