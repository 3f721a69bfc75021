import type { InferredOptionTypes } from 'yargs';
import type { RunFlags } from '../options.ts';
import { RUN_FLAGS } from './run-flags.ts';

/** The flags of all commands that ask the API and no dataset. */
export const API_FLAGS = {
  'api-url': RUN_FLAGS['api-url'],
  'token-file': RUN_FLAGS['token-file'],
  rate: RUN_FLAGS.rate,
  'quota-reserve': RUN_FLAGS['quota-reserve'],
  json: { type: 'boolean', describe: 'print JSON, also on a terminal' },
} as const;

/** Beside them, the flag of all commands that change something. */
export const WRITE_FLAGS = {
  ...API_FLAGS,
  'dry-run': { type: 'boolean', describe: 'print the request that would change something; do not send it' },
} as const;

export type ApiValues = InferredOptionTypes<typeof API_FLAGS>;
export type WriteValues = InferredOptionTypes<typeof WRITE_FLAGS>;

/** The flags as `resolveRunOptions` takes them. */
export function apiFlagsOf(values: ApiValues): RunFlags {
  return {
    apiUrl: values['api-url'],
    tokenFile: values['token-file'],
    rate: values.rate,
    quotaReserve: values['quota-reserve'],
  };
}
