import type { Clock } from '../clock.ts';

/** A wait that an answer can end before its time. One wait at a time. */
export class Standstill {
  readonly #clock: Clock;
  #wake: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves with the milliseconds waited: after `waitMs` (Infinity = no end of its own) or at {@link wake}, whichever
   * is first. Throws the signal's reason when it is aborted first.
   */
  async wait(waitMs: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const startedMs = this.#clock.monotonic();
    const early = new AbortController();
    const end = () => early.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#wake = end;
    try {
      await (Number.isFinite(waitMs) ? this.#clock.sleep(waitMs, early.signal) : aborted(early.signal));
    } catch (error) {
      if (!early.signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
      this.#wake = null;
    }
    signal.throwIfAborted();
    return this.#clock.monotonic() - startedMs;
  }

  /** Ends the wait that is under way, if any. */
  wake(): void {
    this.#wake?.();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
