import { readFileSync } from 'node:fs';
import { ConfigurationError } from './errors.ts';

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
  readonly memoryLimit?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_OUT = './dmarc-data';
export const DEFAULT_API_URL = 'https://api.mailersend.com/v1';
const DEFAULT_CONCURRENCY = 4;
const DEFAULT_MEMORY_LIMIT = '512MB';

/** Flags over environment over defaults. Throws ConfigurationError naming what cannot be used. */
export function resolveRunOptions(flags: RunFlags, environment: Environment): RunOptions {
  return Object.freeze({
    out: flags.out ?? DEFAULT_OUT,
    apiUrl: flags.apiUrl ?? nonEmpty(environment.MAILERSEND_API_BASE_URL) ?? DEFAULT_API_URL,
    token: resolveToken(flags.tokenFile, environment),
    concurrency: wholeNumber('--concurrency', flags.concurrency ?? DEFAULT_CONCURRENCY, 1, 64),
    ratePerMinute: flags.rate === undefined ? null : wholeNumber('--rate', flags.rate, 0, 1_000_000),
    memoryLimit: flags.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
  });
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
      {
        hint: 'Copy the token again, as one word.',
      },
    );
  }
  return token;
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ConfigurationError(
      `the token file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}`,
      { cause },
    );
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
