import { type Clock, systemClock } from '../clock.ts';
import { nodeFileSystem } from '../files.ts';
import type { CheckedVersion } from '../load/check-current.ts';
import { DEFAULT_OUT, type RunFlags, resolveLimits, resolveRunOptions } from '../options.ts';
import type { PlanSummary } from '../plan-summary.ts';
import { programVersion } from '../program-version.ts';
import type { ReplaySummary } from '../replay-summary.ts';
import type { RunEffects, RunEvent } from '../run/run-context.ts';
import type { RunSummary } from '../run-summary.ts';

/** How a caller follows what goes on. */
export interface Watching {
  /** Told of everything that goes on. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Told of what the operator should know although it goes on; also in the summary. */
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** A run's settings: the flags of `dmarc-etl run` in camel case, with its defaults. Nothing is read from the environment. */
export interface RunSettings extends Omit<RunFlags, 'tokenFile' | 'allowPartial'>, Watching {
  readonly token: string;
  /** Asks the run to end: what was received is kept, and the next run goes on. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReplaySettings extends Watching {
  /** Directory of the dataset. */
  readonly out?: string | undefined;
  /** Whether fewer records may be published than are now. */
  readonly allowShrink?: boolean | undefined;
  /** Directory of checks of your own. */
  readonly checks?: string | undefined;
  /** Checks that may fail. */
  readonly acceptCheck?: readonly string[] | undefined;
  /** Thresholds of the views by name. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/**
 * Exports the account into the dataset, as `dmarc-etl run` does, and resolves to how it ended: look at `status`, for a
 * partial run resolves too. Throws BusyError if another run holds the lock, ConfigurationError, AuthenticationError,
 * ApiError, DataError, CheckError and PublishError; what was published before is then untouched.
 */
export async function run(settings: RunSettings): Promise<RunSummary> {
  const { run: runAccount } = await import('../run.ts');
  return runAccount(optionsOf(settings), await effectsOf(settings));
}

/** Lists the account and tells what a run would fetch, why, and what it would cost; publishes nothing. Throws as `run`. */
export async function plan(settings: RunSettings): Promise<PlanSummary> {
  const { planAccount } = await import('../run/plan-account.ts');
  return planAccount(optionsOf(settings), await effectsOf(settings));
}

/** Rebuilds the dataset from its journals alone: no request, no token. Throws as `run`, but nothing of the API. */
export async function replay(settings: ReplaySettings = {}): Promise<ReplaySummary> {
  const { replay: replayJournals } = await import('../run/replay.ts');
  const { out = DEFAULT_OUT, allowShrink = false, checks = null, acceptCheck = [], thresholds } = settings;
  const options = {
    ...{ out, allowShrink, checksDirectory: checks, acceptedChecks: acceptCheck, thresholds },
    limits: resolveLimits({}),
  };
  return replayJournals(options, await effectsOf(settings));
}

/**
 * Verifies the published version: every file, and that DuckDB, Parquet and manifest hold the same rows. Throws
 * ConfigurationError if nothing is published, CheckError naming the first thing that is wrong, and BusyError if another
 * program has the database open for writing.
 */
export async function check(settings: { readonly out?: string | undefined } = {}): Promise<CheckedVersion> {
  const { checkCurrent } = await import('../load/check-current.ts');
  return checkCurrent(nodeFileSystem, settings.out ?? DEFAULT_OUT);
}

function optionsOf({ token, onEvent, onWarning, clock, signal, ...flags }: RunSettings) {
  return resolveRunOptions(flags, { MAILERSEND_API_TOKEN: token });
}

async function effectsOf(
  settings: Watching & { readonly signal?: AbortSignal | undefined },
): Promise<RunEffects> {
  const { transformAside } = await import('../run/transform-aside.ts');
  const ignore = () => undefined;
  return {
    clock: settings.clock ?? systemClock,
    fileSystem: nodeFileSystem,
    tell: settings.onEvent ?? ignore,
    warn: settings.onWarning ?? ignore,
    signal: settings.signal ?? new AbortController().signal,
    transformer: transformAside,
    program_version: programVersion(),
  };
}
