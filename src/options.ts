import { readFileSync } from 'node:fs';
import { ConfigurationError } from './errors.ts';
import { OPTIONS } from './option-table.ts';
import type { QuotaReserveOption, ReadValue } from './option-values.ts';

export type { QuotaReserveOption } from './option-values.ts';

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
  /** Whether nearly all records may go by age at once. */
  readonly allowPurge: boolean;
  /** Directory of the operator's own checks; null = none. */
  readonly checksDirectory: string | null;
  /** Checks that may fail. */
  readonly acceptedChecks: readonly string[];
  /** What DuckDB may use of the machine. */
  readonly limits: DatabaseLimits;
  /** Thresholds of the views that are not their default, by name. */
  readonly thresholds: Readonly<Record<string, number>>;
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
  readonly allowPurge?: boolean | undefined;
  readonly checks?: string | undefined;
  readonly acceptCheck?: readonly string[] | undefined;
  readonly memoryLimit?: string | undefined;
  /** Cores that DuckDB may use. */
  readonly threads?: number | undefined;
  /** Thresholds of the views by name, as in the table `parameters`. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/** What DuckDB may use of the machine. */
export interface DatabaseLimits {
  /** DuckDB's own bound of its memory. */
  readonly memoryBytes: number;
  readonly threads: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_OUT = OPTIONS.out.default;
export const DEFAULT_API_URL = OPTIONS['api-url'].default;
const DAY_MS = 86_400_000;

/** Flags over environment over defaults. Throws ConfigurationError naming what cannot be used. */
export function resolveRunOptions(flags: RunFlags, environment: Environment): RunOptions {
  return Object.freeze({
    out: flags.out ?? DEFAULT_OUT,
    apiUrl: flags.apiUrl ?? nonEmpty(environment.MAILERSEND_API_BASE_URL) ?? DEFAULT_API_URL,
    token: resolveToken(flags.tokenFile, environment),
    concurrency: withDefault('concurrency', OPTIONS.concurrency, flags.concurrency),
    ratePerMinute: optional('rate', OPTIONS.rate, flags.rate),
    quotaReserve: withDefault('quota-reserve', OPTIONS['quota-reserve'], flags.quotaReserve),
    maxRequests: optional('max-requests', OPTIONS['max-requests'], flags.maxRequests),
    deadlineMs: optional('deadline', OPTIONS.deadline, flags.deadline),
    isFull: flags.full ?? false,
    since: optional('since', OPTIONS.since, flags.since),
    monitors: flags.monitor ?? [],
    verifyShare: withDefault('verify', OPTIONS.verify, flags.verify),
    maxAgeMs: withDefault('max-age', OPTIONS['max-age'], flags.maxAge) * DAY_MS,
    allowPartial: flags.allowPartial ?? false,
    acceptNewAccount: flags.acceptNewAccount ?? false,
    keepJournalDays: keepJournalDays(flags),
    retainDays: optional('retain-days', OPTIONS['retain-days'], flags.retainDays),
    allowPurge: flags.allowPurge ?? false,
    checksDirectory: flags.checks ?? null,
    acceptedChecks: flags.acceptCheck ?? [],
    limits: resolveLimits(flags),
    thresholds: Object.freeze({ ...flags.thresholds }),
  });
}

/** What DuckDB may use of the machine. */
export function resolveLimits(flags: Pick<RunFlags, 'memoryLimit' | 'threads'>): DatabaseLimits {
  return {
    memoryBytes: withDefault('memory-limit', OPTIONS['memory-limit'], flags.memoryLimit),
    threads: withDefault('threads', OPTIONS.threads, flags.threads),
  };
}

function optional<V, R>(
  name: string,
  { read }: { readonly read: ReadValue<V, R> },
  value: V | undefined,
): R | null {
  return value === undefined ? null : read(value, `--${name}`);
}

function withDefault<V, R>(
  name: string,
  option: { readonly default: NoInfer<V>; readonly read: ReadValue<V, R> },
  value: V | undefined,
): R {
  return option.read(value ?? option.default, `--${name}`);
}

/** Journals hold the answers, so they go with what is no longer kept. */
function keepJournalDays({ keepJournal, retainDays }: RunFlags): number | null {
  const kept = optional('keep-journal', OPTIONS['keep-journal'], keepJournal);
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
