import { systemClock } from '../clock.ts';
import { EtlError, EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { type RunOptions, resolveRunOptions } from '../options.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { redactor } from '../present/redact.ts';
import { summaryText } from '../present/summary.ts';
import type { Terminal } from '../present/terminal.ts';
import { giveBackHeap, setAllocator } from '../process-memory.ts';
import { programVersion } from '../program-version.ts';
import type { RunSummary } from '../run-summary.ts';
import { defineCommand } from './command.ts';
import { explainError } from './explain-error.ts';
import { RUN_FLAGS, type RunValues, runFlagsOf } from './run-flags.ts';
import { openRunOutput, type RunOutput } from './run-output.ts';
import { listenForStop, type StopSignals, tellingOpened } from './stop-signals.ts';
import { isWatched, WATCH_FLAGS, type WatchValues, watchingOf } from './watch-flags.ts';

export const runCommand = defineCommand({
  name: 'run',
  describe: 'Exports the account into the dataset',
  flags: { ...RUN_FLAGS, ...WATCH_FLAGS },
  examples: [
    ['MAILERSEND_API_TOKEN=mlsn.… $0 run', 'export into ./dmarc-data'],
    ['$0 run --token-file /run/secrets/mailersend --out /srv/dmarc --quiet', 'from cron'],
    [
      '$0 run --ping-url https://hc-ping.com/your-uuid --metrics-file /var/lib/node_exporter/dmarc_etl.prom',
      'watched',
    ],
  ],
  async run(values, _operand, terminal) {
    try {
      return await watchedRun(values, terminal);
    } catch (error) {
      if (values.json) await printFailure(error, terminal);
      throw error;
    }
  },
});

async function watchedRun(values: RunValues & WatchValues, terminal: Terminal): Promise<number> {
  const resolved = resolve(values, terminal);
  if ('error' in resolved && !isWatched(values)) throw resolved.error;
  setAllocator(process.env);
  const { watchRun } = await import('../watch/watch-run.ts');
  const stop = listenForStop(true);
  const output = await openRunOutput(values, terminal);
  try {
    const { exitCode } = await watchRun(watchingOf(values, terminal, output), async () => {
      if ('error' in resolved) throw resolved.error;
      const summary = await runWith(resolved.options, output, stop);
      output.stop();
      await printSummary(summary, values, terminal);
      return { summary, exitCode: exitCodeOf(summary, stop, resolved.options.allowPartial) };
    });
    output.end(exitCode);
    return exitCode;
  } catch (error) {
    output.stop();
    output.end(error instanceof EtlError ? error.exitCode : EXIT.failed);
    throw error;
  } finally {
    stop.dispose();
  }
}

async function runWith(options: RunOptions, output: RunOutput, stop: StopSignals): Promise<RunSummary> {
  const { run } = await import('../run.ts');
  const { transformAside } = await import('../run/transform-aside.ts');
  const { signal } = stop;
  const tell = tellingOpened(output.tell, stop);
  const outside = { clock: systemClock, fileSystem: nodeFileSystem, tell, warn: output.warn, signal };
  return run(options, {
    ...outside,
    ...{ transformer: transformAside, giveBackHeap, program_version: programVersion() },
  });
}

type Resolved = { readonly options: RunOptions } | { readonly error: unknown };

/** What cannot be used is told within the run, so that whoever watches it hears of it. */
function resolve(values: RunValues, { environment, secrets }: Terminal): Resolved {
  try {
    const options = resolveRunOptions(runFlagsOf(values), environment);
    secrets.add(options.token);
    return { options };
  } catch (error) {
    return { error };
  }
}

/** The last line of a run that failed, with `json`: what the summary is for one that did not. */
async function printFailure(error: unknown, { stdout, secrets }: Terminal): Promise<void> {
  const { message, name, hint = null, exitCode: exit_code } = explainError(error);
  const line = jsonText({ status: 'failed', exit_code, error: name, message, hint });
  await stdout.write(`${redactor(secrets)(line)}\n`);
}

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
  await output.write(
    summaryText(summary, { colors, program, directory: process.cwd(), width: output.columns }),
  );
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
