import { systemClock } from '../clock.ts';
import type { LOG_LEVELS } from '../option-table.ts';
import { wantsColors } from '../present/colors.ts';
import type { Log, LogOptions } from '../present/log.ts';
import type { Progress } from '../present/progress.ts';
import type { Terminal } from '../present/terminal.ts';
import type { RunEvent } from '../run/run-context.ts';
import { logEvent, progressOf } from './run-events.ts';

/** What a run says while it goes on, all of it on stderr. */
export interface RunOutput {
  readonly tell: (event: RunEvent) => void;
  readonly warn: (message: string) => void;
  /** Writes the last line of the log. */
  end(exitCode: number): void;
  /** Removes the progress from the terminal; more than once is once. */
  stop(): void;
}

export interface RunOutputOptions {
  readonly quiet?: boolean | undefined;
  readonly 'log-level'?: (typeof LOG_LEVELS)[number] | undefined;
}

/** On a terminal: progress, and warnings for people. Otherwise: a log in JSON lines. */
export async function openRunOutput(options: RunOutputOptions, terminal: Terminal): Promise<RunOutput> {
  const { stderr, environment } = terminal;
  const isDrawn = stderr.isTTY && options.quiet !== true && environment.TERM !== 'dumb';
  const progress = isDrawn ? await startProgress(terminal) : null;
  const log = await openLog(options, terminal, progress);
  return {
    tell: (event) => {
      const told = progressOf(event, systemClock.now());
      if (told !== null) progress?.tell(told);
      logEvent(log, event);
    },
    warn: (message) => log.warn(message),
    end: (exit_code) => log.info({ event: 'end', exit_code }, 'run ended'),
    stop: () => progress?.stop(),
  };
}

async function startProgress(terminal: Terminal): Promise<Progress> {
  const { drawProgress } = await import('../present/progress.ts');
  return drawProgress(terminal.stderr.stream, systemClock);
}

async function openLog(
  options: RunOutputOptions,
  { stderr, environment, secrets }: Terminal,
  progress: Progress | null,
): Promise<Log> {
  const { createLog } = await import('../present/log.ts');
  const isCalm = options.quiet === true || stderr.isTTY;
  const common: LogOptions = {
    level: options['log-level'] ?? (isCalm ? 'warn' : 'info'),
    form: stderr.isTTY ? 'pretty' : 'json',
    colors: wantsColors(stderr, environment),
    secrets,
  };
  if (!stderr.isTTY) return createLog(common);
  return createLog({ ...common, write: progress?.write ?? ((line) => void stderr.write(line)) });
}
