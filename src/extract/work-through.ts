import pLimit from 'p-limit';
import type { StopReason } from '../journal/line.ts';
import { BudgetSpent } from './budget-spent.ts';

/** How a stage, or a part of it, ended. */
export interface StageEnd {
  /** `done` = everything was asked and answered; `errors` = some scopes were skipped. */
  readonly stop_reason: StopReason;
  /** Scopes that failed and were skipped. */
  readonly skipped: number;
  /** Nothing further should be started. */
  readonly isStopped: boolean;
}

/** What became of an item: `refused` = skipped for a reason of its own, `failed` = the API could not be used for it. */
export type ItemEnd = 'done' | 'refused' | 'failed';

export interface Working {
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Failed scopes one after the other after which the API counts as down, and the rest is left for the next run. */
const MAX_FAILURES_IN_A_ROW = 5;

/**
 * Works items off, `concurrency` at once, each worker taking the next when it is free. Ends early when the budget is
 * spent, the signal aborts or the API is down. Throws, when all workers have come to rest, the first error of another
 * kind.
 */
export async function workThrough<T>(
  { concurrency, signal }: Working,
  items: Iterable<T>,
  work: (item: T) => Promise<ItemEnd>,
): Promise<StageEnd> {
  const progress = new Progress(signal);
  const iterator = items[Symbol.iterator]();
  const worker = async () => {
    while (!progress.isStopped) {
      const next = iterator.next();
      if (next.done) return;
      await work(next.value).then(
        (end) => progress.ended(end),
        (error: unknown) => progress.threw(error),
      );
    }
  };
  const limit = pLimit(concurrency);
  await Promise.all(Array.from({ length: concurrency }, () => limit(worker)));
  return progress.end();
}

class Progress {
  readonly #signal: AbortSignal;
  #stop: StopReason | null = null;
  #error: unknown = null;
  #hasThrown = false;
  #skipped = 0;
  #failuresInARow = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isStopped(): boolean {
    return this.#stop !== null || this.#hasThrown || this.#signal.aborted;
  }

  ended(end: ItemEnd): void {
    if (end !== 'done') this.#skipped += 1;
    this.#failuresInARow = end === 'failed' ? this.#failuresInARow + 1 : 0;
    if (this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) this.#stop ??= 'errors';
  }

  threw(error: unknown): void {
    if (error instanceof BudgetSpent) {
      this.#stop ??= error.reason;
    } else if (!this.#signal.aborted || error !== this.#signal.reason) {
      this.#error = this.#hasThrown ? this.#error : error;
      this.#hasThrown = true;
    }
  }

  end(): StageEnd {
    if (this.#hasThrown) throw this.#error;
    const skipped = this.#skipped;
    if (this.#signal.aborted) return { stop_reason: 'signal', skipped, isStopped: true };
    if (this.#stop !== null) return { stop_reason: this.#stop, skipped, isStopped: true };
    return { stop_reason: skipped > 0 ? 'errors' : 'done', skipped, isStopped: false };
  }
}

/** The end of parts that were done one after the other: what stopped them, else whether anything was skipped. */
export function joinEnds(ends: readonly StageEnd[]): StageEnd {
  const skipped = ends.reduce((sum, end) => sum + end.skipped, 0);
  const stopped = ends.find((end) => end.isStopped);
  if (stopped !== undefined) return { ...stopped, skipped };
  return { stop_reason: skipped > 0 ? 'errors' : 'done', skipped, isStopped: false };
}
