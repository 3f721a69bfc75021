import type { Clock } from '../clock.ts';
import { EtlError, EXIT } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import type { RunSummary } from '../run-summary.ts';
import { writeMetrics } from './metrics-file.ts';
import { type PingKind, type PingTarget, ping } from './ping.ts';

/** Who watches a run. */
export interface Watching {
  /** Null = nobody reads metrics. */
  readonly metricsFile: string | null;
  /** Null = nobody is told. */
  readonly ping: PingTarget | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly fileSystem: FileSystem;
  /** What must never be sent. */
  readonly secrets: ReadonlySet<string>;
  readonly redact: (text: string) => string;
  /** Told that a watcher could not be told; the run is none the worse for it. */
  readonly warn: (message: string) => void;
}

/** How a run ended. */
export interface EndedRun {
  readonly summary: RunSummary;
  readonly exitCode: number;
}

/**
 * Does a run and tells the watchers of its start and end: success is exit code 0. Resolves to and throws what `work`
 * does; what goes wrong with the watchers is only warned of.
 */
export async function watchRun(watching: Watching, work: () => Promise<EndedRun>): Promise<EndedRun> {
  const startedAt = watching.clock.now() / 1000;
  await tell(watching, 'start', 'run begins');
  try {
    const ended = await work();
    await end(watching, startedAt, ended.exitCode, ended.summary, textOf(ended));
    return ended;
  } catch (error) {
    const exitCode = error instanceof EtlError ? error.exitCode : EXIT.failed;
    await end(watching, startedAt, exitCode, null, `run failed: ${(error as Error).message}`);
    throw error;
  }
}

async function end(
  watching: Watching,
  startedAt: number,
  exitCode: number,
  run: RunSummary | null,
  text: string,
): Promise<void> {
  const { metricsFile, fileSystem, clock, warn } = watching;
  if (metricsFile !== null) {
    const state = { exitCode, startedAt, endedAt: clock.now() / 1000, run };
    await writeMetrics(fileSystem, metricsFile, state).catch((error: Error) =>
      warn(`the metrics could not be written: ${error.message}`),
    );
  }
  await tell(watching, exitCode === EXIT.ok ? 'success' : 'fail', `${text}\nexit code ${exitCode}`);
}

async function tell(
  { ping: target, secrets, redact, warn }: Watching,
  kind: PingKind,
  text: string,
): Promise<void> {
  if (target === null) return;
  if ([...secrets].some((secret) => secret !== '' && target.url.includes(secret))) {
    warn('the ping URL holds the API token: nobody is told');
    return;
  }
  await ping(target, kind, redact(text)).catch((error: Error) =>
    warn(`the ping URL could not be told of the ${kind}: ${error.message}`),
  );
}

function textOf({ summary }: EndedRun): string {
  const { run_id, status, stop_reason, requests } = summary;
  return `run ${run_id}: ${status} (${stop_reason}), ${requests} requests`;
}
