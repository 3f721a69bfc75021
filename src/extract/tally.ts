import type { TransportAnswer } from './transport.ts';

/** Why the run stands still: the window is used up, a 429, or the backoff of a request that failed. */
export type WaitCause = 'window' | 'rate_limited' | 'backoff';

/** What was spent, for the journal's footer and the progress display. */
export interface GovernorReport {
  /** Started, retries included, free ones not. */
  readonly requests: number;
  readonly retries: number;
  readonly rateLimited: number;
  /** Started, free ones not, and not answered yet. */
  readonly inFlight: number;
  /** Of the answers' bodies. */
  readonly bytes: number;
  /** How long the run stood still for the window or a 429, and the sum of all backoffs, ms. */
  readonly waitedMs: Readonly<Record<WaitCause, number>>;
  readonly quotaBefore: number | null;
  readonly quotaAfter: number | null;
}

/** Counts what a run spends. */
export class Tally {
  requests = 0;
  retries = 0;
  rateLimited = 0;
  inFlight = 0;
  bytes = 0;
  readonly waitedMs: Record<WaitCause, number> = { window: 0, rate_limited: 0, backoff: 0 };

  started(isFree: boolean, isRetry: boolean): void {
    if (isFree) return;
    if (isRetry) this.retries += 1;
    this.inFlight += 1;
    this.requests += 1;
  }

  answered(isFree: boolean, answer: TransportAnswer): void {
    if (isFree) return;
    this.inFlight -= 1;
    this.bytes += answer.bytes;
    if (answer.kind === 'answer' && answer.status === 429) this.rateLimited += 1;
  }

  waited(cause: WaitCause, ms: number): void {
    this.waitedMs[cause] += Math.round(ms);
  }
}
