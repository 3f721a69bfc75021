import type { Clock } from '../clock.ts';
import { type BaseUrl, parseBaseUrl } from '../extract/base-url.ts';
import type { ExtractEvent } from '../extract/events.ts';
import type { FileSystem } from '../files.ts';
import { forgivingFiles } from '../forgiving-files.ts';
import { type OutDirectory, outDirectory } from '../load/out-directory.ts';
import type { RunOptions } from '../options.ts';
import { newRunId } from '../run-id.ts';
import type { Session } from './open-session.ts';
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

/** A run under way. Its clock is set right by the API's. */
export interface RunContext extends RunEffects {
  readonly options: RunOptions;
  readonly session: Session;
  readonly run_id: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly out: OutDirectory;
  readonly baseUrl: BaseUrl;
}

/**
 * The effects of one run: every warning is kept in `warnings`, too, and a disk without file modes or directory syncs is
 * warned of instead of refused.
 */
export function ownEffects<E extends Pick<RunEffects, 'warn' | 'fileSystem'>>(
  effects: E,
  warnings: string[],
): E {
  const warn = (message: string) => {
    warnings.push(message);
    effects.warn(message);
  };
  return { ...effects, warn, fileSystem: forgivingFiles(effects.fileSystem, warn) };
}

/** Begins a run now, by the session's clock. */
export function openContext(options: RunOptions, effects: RunEffects, session: Session): RunContext {
  const { clock } = session;
  const nowMs = clock.now();
  return {
    ...effects,
    clock,
    session,
    options,
    run_id: newRunId(nowMs),
    started_at: new Date(nowMs).toISOString(),
    out: outDirectory(options.out),
    baseUrl: parseBaseUrl(options.apiUrl),
  };
}

/** Whole days that a run keeps: nothing goes by age unless the API's clock confirms what the age is. */
export function keptDays({
  session,
  options,
}: RunContext): Pick<RunOptions, 'retainDays' | 'keepJournalDays'> {
  if (session.clock.source !== 'agreed') return { retainDays: null, keepJournalDays: null };
  const { retainDays, keepJournalDays } = options;
  return { retainDays, keepJournalDays };
}

/** The day of the run's snapshots, ISO. */
export function runDay(context: Pick<RunContext, 'started_at'>): string {
  return context.started_at.slice(0, 10);
}
