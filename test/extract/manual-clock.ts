import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that moves only when it is told to. Wall clock and monotonic clock start apart. */
export class ManualClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(nowMs = Date.parse('2025-11-05T02:00:00Z')) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { atMs: this.#elapsedMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers.delete(sleeper);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  /** Moves by so much, waking those whose time has come in their order. */
  advance(ms: number): void {
    const endMs = this.#elapsedMs + ms;
    for (let next = this.#next(); next !== null && next.atMs <= endMs; next = this.#next()) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      this.#sleepers.delete(next);
      next.wake();
    }
    this.#elapsedMs = endMs;
  }

  /** Moves to the next sleeper's time; false if nobody sleeps. */
  advanceToNext(): boolean {
    const next = this.#next();
    if (next === null) return false;
    this.advance(next.atMs - this.#elapsedMs);
    return true;
  }

  #next(): Sleeper | null {
    let first: Sleeper | null = null;
    for (const sleeper of this.#sleepers) if (first === null || sleeper.atMs < first.atMs) first = sleeper;
    return first;
  }
}

/** Runs a promise to its end on the clock, which moves only while `isBusy` says that nothing is under way. */
export async function drive<T>(
  clock: ManualClock,
  promise: Promise<T>,
  isBusy: () => boolean = () => false,
): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  for (let quiet = 0; !isSettled; ) {
    await setImmediate();
    quiet = isBusy() ? 0 : quiet + 1;
    if (quiet < 3) continue;
    quiet = 0;
    clock.advanceToNext();
  }
  return settled;
}
