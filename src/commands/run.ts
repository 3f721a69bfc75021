import { systemClock } from '../clock.ts';
import { EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { resolveRunOptions } from '../options.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { summaryText } from '../present/summary.ts';
import type { Terminal } from '../present/terminal.ts';
import { programVersion } from '../program-version.ts';
import type { RunSummary } from '../run-summary.ts';
import { defineCommand } from './command.ts';
import { RUN_FLAGS, runFlagsOf } from './run-flags.ts';
import { openRunOutput } from './run-output.ts';
import { listenForStop, type StopSignals } from './stop-signals.ts';

export const runCommand = defineCommand({
  name: 'run',
  describe: 'Exports the account into the dataset',
  flags: RUN_FLAGS,
  examples: [
    ['MAILERSEND_API_TOKEN=mlsn.… $0 run', 'export into ./dmarc-data'],
    ['$0 run --token-file /run/secrets/mailersend --out /srv/dmarc --quiet', 'from cron'],
  ],
  async run(values, _operand, terminal) {
    const options = resolveRunOptions(runFlagsOf(values), terminal.environment);
    terminal.secrets.add(options.token);
    const { run } = await import('../run.ts');
    const stop = listenForStop();
    const output = await openRunOutput(values, terminal);
    try {
      const { tell, warn } = output;
      const summary = await run(options, {
        ...{ clock: systemClock, fileSystem: nodeFileSystem, tell, warn, signal: stop.signal },
        program_version: programVersion(),
      });
      output.stop();
      await printSummary(summary, values, terminal);
      return exitCodeOf(summary, stop, options.allowPartial);
    } finally {
      output.stop();
      stop.dispose();
    }
  },
});

/** Prints how the run ended: on stdout, or with `quiet` on stderr and only if it did not end well. */
export async function printSummary(
  summary: RunSummary,
  { json, quiet }: { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined },
  { stdout, stderr, environment, program }: Terminal,
): Promise<void> {
  if (json) return stdout.write(`${jsonText(summary)}\n`);
  if (quiet && summary.status === 'ok') return;
  const output = quiet ? stderr : stdout;
  const colors = colorsFor(wantsColors(output, environment));
  await output.write(summaryText(summary, { colors, program, directory: process.cwd() }));
}

/** The exit code of a run that came to its end. */
export function exitCodeOf(
  { status }: Pick<RunSummary, 'status'>,
  stop: Pick<StopSignals, 'exitCode'>,
  allowPartial: boolean,
): number {
  if (status === 'ok') return EXIT.ok;
  if (status === 'failed') return EXIT.failed;
  return stop.exitCode() ?? (allowPartial ? EXIT.ok : EXIT.partial);
}
