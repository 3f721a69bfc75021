import { once } from 'node:events';
import type { InferredOptionTypes } from 'yargs';
import { ConfigurationError, EXIT } from '../errors.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';
import { defineCommand } from './command.ts';
import { listenForStop } from './stop-signals.ts';

const number = (describe: string, value: number) =>
  ({ type: 'number', requiresArg: true, describe, default: value }) as const;

const choice = <const C extends readonly string[]>(describe: string, choices: C) =>
  ({ type: 'string', requiresArg: true, describe, choices, default: choices[0] as C[number] }) as const;

/** The flags, each with the sandbox's own default. */
export const SANDBOX_FLAGS = {
  port: number('port on 127.0.0.1; 0 = any free one', 0),
  monitors: number('monitors of the account', 3),
  ips: number('source IPs a monitor', 25),
  days: number('days of history, today included', 30),
  seed: number('the account is a function of this number and the sizes', 1),
  today: {
    type: 'string',
    requiresArg: true,
    describe: "the account's today, YYYY-MM-DD (the UTC day by default)",
  },
  pagination: choice('what answers say about pages', ['bare', 'links', 'total']),
  percent: choice('form of rates', ['percent', 'number', 'text', 'mixed']),
  'date-filters': choice('what becomes of date_from and date_to', ['honoured', 'ignored', 'refused']),
  'sources-need-dates': { type: 'boolean', describe: 'refuse report-sources without dates', default: false },
  'unknown-fields': {
    type: 'boolean',
    describe: 'add fields that the document does not know',
    default: false,
  },
  order: choice('order of rows', ['natural', 'reverse', 'shuffled']),
  window: { type: 'number', requiresArg: true, describe: 'days that reports cover (all by default)' },
  quota: number('requests a day', 100_000),
  'rate-limit': number('requests a minute; 0 = no limit', 60),
  oddities: { type: 'boolean', describe: 'add what no sane API would serve', default: false },
} as const;

export const sandboxCommand = defineCommand({
  name: 'sandbox',
  describe: 'Serves a made-up account on this machine until it is stopped',
  flags: SANDBOX_FLAGS,
  examples: [
    ['$0 sandbox --port 8080', 'a small account'],
    ['$0 sandbox --monitors 10 --ips 300 --days 90 --seed 7', 'a bigger one'],
  ],
  async run(values, _operand, terminal) {
    const { startSandbox } = await import('../sandbox/sandbox.ts');
    const stop = listenForStop();
    try {
      const sandbox = await startSandbox(sandboxOptions(values)).catch(refuse);
      const { url, token } = sandbox;
      const run = `MAILERSEND_API_TOKEN=${token} ${terminal.program} run --api-url ${url} --out ./sandbox-data`;
      await terminal.stdout.write(`url    ${url}\ntoken  ${token}\n\n  ${run}\n\n`);
      if (!stop.signal.aborted) await once(stop.signal, 'abort');
      await sandbox.close();
      return stop.exitCode() ?? EXIT.ok;
    } finally {
      stop.dispose();
    }
  },
});

function sandboxOptions(values: InferredOptionTypes<typeof SANDBOX_FLAGS>): Partial<SandboxOptions> {
  const { port, monitors, ips, days, seed, pagination, percent, order, quota, oddities } = values;
  return {
    ...{ port, monitors, ips, days, seed, pagination, percent, order, quota, oddities },
    ...(values.today === undefined ? {} : { today: values.today }),
    dateFilters: values['date-filters'],
    sourcesNeedDates: values['sources-need-dates'],
    unknownFields: values['unknown-fields'],
    window: values.window ?? null,
    rateLimit: values['rate-limit'],
  };
}

/** An option out of bounds and a port in use are the operator's to mend. */
function refuse(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof RangeError) throw new ConfigurationError(message, { cause: error });
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    throw new ConfigurationError(`the port cannot be listened on: ${message}`, {
      cause: error,
      hint: 'Choose another one with --port, or 0 for any free one.',
    });
  }
  throw error;
}
