import type { Clock } from '../clock.ts';
import { type BaseUrl, parseBaseUrl } from '../extract/base-url.ts';
import type { ExtractEvent } from '../extract/events.ts';
import type { FileSystem } from '../files.ts';
import { forgivingFiles } from '../forgiving-files.ts';
import { type OutDirectory, outDirectory } from '../load/out-directory.ts';
import type { RunOptions } from '../options.ts';
import { newRunId } from '../run-id.ts';
import type { Transformer } from './transformer.ts';

/** What a run tells while it goes on. */
export type RunEvent = { readonly type: 'stage'; readonly stage: string } | ExtractEvent;

/** The outside things of a run. */
export interface RunEffects {
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  /** Where journals are transformed; in this thread if not told. */
  readonly transformer?: Transformer;
  /** Called when what was loaded is of no more use, before DuckDB takes the memory to publish. */
  readonly giveBackHeap?: () => void;
  /** Told of everything that goes on. */
  readonly tell: (event: RunEvent) => void;
  /** Told of what the operator should know although the run goes on. */
  readonly warn: (message: string) => void;
  /** Asks the run to end. */
  readonly signal: AbortSignal;
  readonly program_version: string;
  /** 0 inclusive to 1 exclusive. */
  readonly random?: () => number;
}

/** A run under way. */
export interface RunContext extends RunEffects {
  readonly options: RunOptions;
  readonly run_id: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly out: OutDirectory;
  readonly baseUrl: BaseUrl;
}

/** Begins a run now; its warnings are kept in `warnings`, too. Throws ConfigurationError for an API URL that cannot be used. */
export function openContext(options: RunOptions, effects: RunEffects, warnings: string[]): RunContext {
  const nowMs = effects.clock.now();
  const warn = (message: string) => {
    warnings.push(message);
    effects.warn(message);
  };
  return {
    ...effects,
    fileSystem: forgivingFiles(effects.fileSystem, warn),
    warn,
    options,
    run_id: newRunId(nowMs),
    started_at: new Date(nowMs).toISOString(),
    out: outDirectory(options.out),
    baseUrl: parseBaseUrl(options.apiUrl),
  };
}

/** The day of the run's snapshots, ISO. */
export function runDay(context: Pick<RunContext, 'started_at'>): string {
  return context.started_at.slice(0, 10);
}
