import type { InferredOptionTypes } from 'yargs';
import { THRESHOLD_FLAG, thresholdsOf } from '../config/threshold-flag.ts';
import { OPTIONS } from '../option-table.ts';
import type { RunFlags } from '../options.ts';

const { 'metrics-file': _metricsFile, 'ping-url': _pingUrl, ...ofRun } = OPTIONS;

/** The flags of `run` and `plan`. */
export const RUN_FLAGS = {
  ...ofRun,
  threshold: THRESHOLD_FLAG,
  json: { type: 'boolean', describe: 'print the run as one JSON object' },
} as const;

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
    allowPurge: values['allow-purge'],
    checks: values.checks,
    acceptCheck: values['accept-check'],
    acceptNewAccount: values['accept-new-account'],
    memoryLimit: values['memory-limit'],
    threads: values.threads,
    allowPartial: values['allow-partial'],
    thresholds: thresholdsOf(values.threshold ?? []),
  };
}
