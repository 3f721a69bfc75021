import {
  asGiven,
  oneOf,
  readDay,
  readDuration,
  readPingUrl,
  readQuotaReserve,
  readShare,
  readSize,
  wholeNumber,
} from './option-values.ts';

/** Levels of the log, from all to nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** More than any machine has. */
const MOST_THREADS = 1024;
/** The longest time in days that an option takes: a century. */
const MOST_DAYS = 36_500;

const MOST_REQUESTS = 1_000_000_000;

type Kind = 'string' | 'number' | 'boolean';

const option = <const K extends Kind, const M>(type: K, describe: string, more: M) =>
  ({ type, ...(type === 'boolean' ? {} : { requiresArg: true }), describe, ...more }) as {
    readonly type: K;
    readonly describe: string;
    readonly requiresArg?: true;
  } & M;

const yes = (describe: string) => option('boolean', describe, { default: false as boolean, read: asGiven });

const list = (describe: string, unset: string) =>
  option('string', `${describe}; repeatable`, { array: true, unset, read: asGiven<readonly string[]> });

/**
 * Every option of the program, once: its type, default, meaning, bounds. Its flag is its name, and its variable, its key
 * in a configuration file, the JSON schema and docs/configuration.md follow from it (src/config/). `unset` says what
 * holds where there is no default; `read` is given what a flag holds. The thresholds of the views are options, too
 * (src/contract/thresholds.ts).
 */
export const OPTIONS = {
  out: option('string', 'directory of the dataset', {
    default: './dmarc-data' as string,
    isPath: true,
    read: asGiven<string>,
  }),
  'api-url': option('string', 'base URL of the API', {
    default: 'https://api.mailersend.com/v1' as string,
    variable: 'MAILERSEND_API_BASE_URL',
    read: asGiven<string>,
  }),
  'token-file': option(
    'string',
    'file with the API token, after MAILERSEND_API_TOKEN and MAILERSEND_API_KEY',
    {
      unset: 'none',
      isPath: true,
      read: asGiven<string>,
    },
  ),
  concurrency: option('number', 'requests under way at once', {
    default: 4 as number,
    read: wholeNumber(1, 64),
  }),
  rate: option('number', 'requests a minute at most; 0 = no pacing', {
    unset: 'what the API allows',
    read: wholeNumber(0, 1_000_000),
  }),
  'quota-reserve': option('string', "what of the day's quota is left alone, percent or requests", {
    default: '20%' as string,
    read: readQuotaReserve,
  }),
  'max-requests': option('number', 'requests of this run, retries included', {
    unset: 'no bound',
    read: wholeNumber(1, MOST_REQUESTS),
  }),
  deadline: option('string', 'start no request after this long, e.g. 45m', {
    unset: 'no bound',
    read: readDuration,
  }),
  full: yes('fetch everything again'),
  since: option('string', 'only details from this day on, YYYY-MM-DD', { unset: 'all', read: readDay }),
  monitor: list('only this monitor, id or domain', 'all'),
  verify: option('string', 'share of the unchanged IPs that is read again in proof', {
    default: '2%' as string,
    read: readShare,
  }),
  'max-age': option('number', 'days an equal report is trusted where it covers a moving window', {
    default: 3 as number,
    read: wholeNumber(0, 3650),
  }),
  'keep-journal': option('number', 'days that journals are kept', {
    unset: 'for ever',
    read: wholeNumber(0, MOST_DAYS),
  }),
  'retain-days': option('number', 'keep so many days of records, snapshots and journals', {
    unset: 'all',
    read: wholeNumber(1, MOST_DAYS),
  }),
  'allow-purge': yes('let --retain-days remove more than nine tenths of the records at once'),
  checks: option('string', 'directory of checks of your own, SQL files', {
    unset: 'none',
    isPath: true,
    read: asGiven<string>,
  }),
  'accept-check': list('let this check fail', 'none'),
  'accept-new-account': yes('go on although the account shares no monitor with the dataset'),
  'memory-limit': option('string', 'memory that DuckDB may use, two thirds of it while journals are loaded', {
    default: '208MB' as string,
    read: readSize,
  }),
  threads: option(
    'number',
    'cores that DuckDB may use; each needs about 96 MB, and below 540 MB one writes Parquet',
    {
      default: 2,
      read: wholeNumber(1, MOST_THREADS),
    },
  ),
  'allow-partial': yes('exit with 0 also when the run is partial'),
  quiet: yes('print nothing if all goes well'),
  'log-level': option('string', 'least level that is logged', {
    unset: 'info; warn with --quiet and on a terminal',
    choices: LOG_LEVELS,
    read: oneOf(LOG_LEVELS),
  }),
  'metrics-file': option('string', 'write the state of the run there as OpenMetrics text', {
    unset: 'none',
    isPath: true,
    read: asGiven<string>,
  }),
  'ping-url': option('string', 'tell this URL of the start (/start), the success, and the failure (/fail)', {
    unset: 'none',
    read: readPingUrl,
  }),
} as const;

export type OptionName = keyof typeof OPTIONS;
