import type { InferredOptionTypes } from 'yargs';
import { systemClock } from '../clock.ts';
import { nodeFileSystem } from '../files.ts';
import { OPTIONS } from '../option-table.ts';
import { redactor } from '../present/redact.ts';
import type { Terminal } from '../present/terminal.ts';
import type { Watching } from '../watch/watch-run.ts';
import type { RunOutput } from './run-output.ts';

/** The flags for who watches a run. */
export const WATCH_FLAGS = {
  'metrics-file': OPTIONS['metrics-file'],
  'ping-url': OPTIONS['ping-url'],
} as const;

export type WatchValues = InferredOptionTypes<typeof WATCH_FLAGS>;

/** Whether anybody wants to hear of a run, also of one that cannot begin. */
export function isWatched(values: WatchValues): boolean {
  return values['metrics-file'] !== undefined || values['ping-url'] !== undefined;
}

/** Who watches, as `watchRun` takes it. */
export function watchingOf(values: WatchValues, { secrets }: Terminal, { warn }: RunOutput): Watching {
  const { 'metrics-file': metricsFile = null, 'ping-url': url } = values;
  const ping = url === undefined ? null : { url: OPTIONS['ping-url'].read(url, '--ping-url') };
  const redact = (text: string) => redactor(secrets)(text);
  return { ...{ metricsFile, ping, secrets, redact, warn }, clock: systemClock, fileSystem: nodeFileSystem };
}
