import type { Clock } from '../clock.ts';
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts';

/** How long an answer under way may still take when the run is stopped. */
export const DROP_AFTER_MS = 5_000;

export interface Stoppable {
  readonly send: Transport;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Sends a request; when the signal aborts, its answer has five more seconds and is dropped then. */
export async function sendUntilDropped(
  { send, clock, signal }: Stoppable,
  request: TransportRequest,
): Promise<TransportAnswer> {
  const drop = new AbortController();
  const settled = new AbortController();
  const stop = () => {
    clock.sleep(DROP_AFTER_MS, settled.signal).then(
      () => drop.abort(),
      () => undefined,
    );
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await send({ ...request, signal: drop.signal });
  } finally {
    signal.removeEventListener('abort', stop);
    settled.abort();
  }
}
