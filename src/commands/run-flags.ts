import type { InferredOptionTypes, Options } from 'yargs';
import type { RunFlags } from '../options.ts';
import { OUT_FLAG } from './out-flag.ts';
import { LOG_LEVELS } from './run-output.ts';

const value = <const T extends 'string' | 'number'>(type: T, describe: string) =>
  ({ type, requiresArg: true, describe }) as const;

const yes = (describe: string) => ({ type: 'boolean', describe }) as const;

/** The flags of `run`. Defaults that `resolveRunOptions` gives are told in words, so that they stand in one place. */
export const RUN_FLAGS = {
  ...OUT_FLAG,
  'api-url': value('string', 'base URL of the API (or MAILERSEND_API_BASE_URL)'),
  'token-file': value('string', 'file with the API token, after MAILERSEND_API_TOKEN and MAILERSEND_API_KEY'),
  concurrency: value('number', 'requests under way at once (4)'),
  rate: value('number', 'requests a minute at most; 0 = no pacing (what the API allows)'),
  'quota-reserve': value('string', "what of the day's quota is left alone, percent or requests (20%)"),
  'max-requests': value('number', 'requests of this run, retries included (no bound)'),
  deadline: value('string', 'start no request after this long, e.g. 45m (no bound)'),
  full: yes('fetch everything again'),
  since: value('string', 'only details from this day on, YYYY-MM-DD'),
  monitor: { ...value('string', 'only this monitor, id or domain; repeatable'), array: true },
  verify: value('string', 'share of the unchanged IPs that is read again in proof (2%)'),
  'max-age': value('number', 'days an equal report is trusted where it covers a moving window (3)'),
  'keep-journal': value('number', 'days that journals are kept (for ever)'),
  'retain-days': value('number', 'keep so many days of records, snapshots and journals (all)'),
  checks: value('string', 'directory of checks of your own, SQL files'),
  'accept-check': { ...value('string', 'let this check fail; repeatable'), array: true },
  'accept-new-account': yes('go on although the account shares no monitor with the dataset'),
  'memory-limit': value('string', 'memory that DuckDB may use (512MB)'),
  'allow-partial': yes('exit with 0 also when the run is partial'),
  json: yes('print the run as one JSON object'),
  quiet: yes('print nothing if all goes well'),
  'log-level': { ...value('string', 'least level that is logged'), choices: LOG_LEVELS },
} as const satisfies Readonly<Record<string, Options>>;

export type RunValues = InferredOptionTypes<typeof RUN_FLAGS>;

/** The flags as `resolveRunOptions` takes them. */
export function runFlagsOf(values: RunValues): RunFlags {
  const { out, concurrency, rate, deadline, full, since, monitor, verify } = values;
  return {
    ...{ out, concurrency, rate, deadline, full, since, monitor, verify },
    apiUrl: values['api-url'],
    tokenFile: values['token-file'],
    quotaReserve: values['quota-reserve'],
    maxRequests: values['max-requests'],
    maxAge: values['max-age'],
    keepJournal: values['keep-journal'],
    retainDays: values['retain-days'],
    checks: values.checks,
    acceptCheck: values['accept-check'],
    acceptNewAccount: values['accept-new-account'],
    memoryLimit: values['memory-limit'],
    allowPartial: values['allow-partial'],
  };
}
