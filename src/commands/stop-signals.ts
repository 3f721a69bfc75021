import { EXIT } from '../errors.ts';

/** Turns SIGINT and SIGTERM into an abort, for as long as it is not disposed of. */
export interface StopSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Exit code of the signal that came; null if none did. */
  exitCode(): number | null;
  /** Leaves signals to Node again. */
  dispose(): void;
}

const EXIT_CODES = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm } as const;

/** Begins to listen. The first signal asks for an end; a second one ends the process at once. */
export function listenForStop(): StopSignals {
  const controller = new AbortController();
  let code: number | null = null;
  const receive = (name: NodeJS.Signals): void => {
    const received = name === 'SIGINT' ? EXIT_CODES.SIGINT : EXIT_CODES.SIGTERM;
    if (code !== null) process.exit(received);
    code = received;
    controller.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGINT', receive);
  process.on('SIGTERM', receive);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose: () => {
      process.off('SIGINT', receive);
      process.off('SIGTERM', receive);
    },
  };
}
