import { EXIT } from '../errors.ts';
import type { RunEvent } from '../run/run-context.ts';

/** Turns SIGINT and SIGTERM into an abort, for as long as it is not disposed of. */
export interface StopSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Exit code of the signal that came; null if none did. */
  exitCode(): number | null;
  /** Says that the opening is over: from here on an end is orderly, however long it takes. */
  opened(): void;
  /** Leaves signals to Node again. */
  dispose(): void;
}

const EXIT_CODES = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm } as const;

/** So long after a signal the opening may still go on: a disk that does not answer would let it go on for ever. */
const OPENING_MS = 5_000;

/**
 * Begins to listen. The first signal asks for an end; a second one ends the process at once. `isOpening`: until {@link
 * StopSignals.opened} is called nothing is asked or received, so the process ends a little after the first by itself.
 */
export function listenForStop(isOpening = false): StopSignals {
  const controller = new AbortController();
  let code: number | null = null;
  let isOpened = !isOpening;
  let timer: NodeJS.Timeout | undefined;
  const dispose = (): void => {
    clearTimeout(timer);
    process.off('SIGINT', receive);
    process.off('SIGTERM', receive);
  };
  const end = (name: 'SIGINT' | 'SIGTERM'): void => {
    dispose();
    endBy(name);
  };
  const receive = (given: NodeJS.Signals): void => {
    const name = given === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
    if (code !== null && isOpened) process.exit(EXIT_CODES[name]);
    if (code !== null) end(name);
    code = EXIT_CODES[name];
    if (!isOpened) timer = setTimeout(() => end(name), OPENING_MS).unref();
    controller.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGINT', receive);
  process.on('SIGTERM', receive);
  const opened = (): void => {
    isOpened = true;
    clearTimeout(timer);
  };
  return { signal: controller.signal, exitCode: () => code, opened, dispose };
}

/** Tells of everything that a run tells of, and `stop` of the end of its opening. */
export function tellingOpened(tell: (event: RunEvent) => void, stop: StopSignals): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'stage' && event.stage !== 'open') stop.opened();
    tell(event);
  };
}

/** `process.exit` waits for calls of the file system that are under way; the signal itself, unhandled, does not. */
function endBy(name: 'SIGINT' | 'SIGTERM'): void {
  process.kill(process.pid, name);
  // The first process of a container does not end by a signal that it sends itself.
  process.exit(EXIT_CODES[name]);
}
