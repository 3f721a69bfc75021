import type { Clock } from '../clock.ts';
import type { TimeSource } from '../journal/line.ts';
import { ageMs, serverNow } from './answer-headers.ts';
import type { TransportAnswer } from './transport.ts';

/** Clocks that differ by no more agree. */
const MOST_OFF_MS = 5 * 60_000;

/** No answer is older than this program: an earlier Date is none. */
const EARLIEST_MS = Date.UTC(2024, 0, 1);

/** Two clocks that do not agree, in ms since 1970. */
export interface Disagreement {
  readonly ownMs: number;
  readonly apiMs: number;
}

/** Our clock, set right by the API's Date where they differ by more than minutes: no run takes its day from an unchecked clock. */
export class ApiClock implements Clock {
  readonly #own: Clock;
  #offsetMs = 0;
  #source: TimeSource = 'own';

  constructor(own: Clock) {
    this.#own = own;
  }

  get source(): TimeSource {
    return this.#source;
  }

  now(): number {
    return this.#own.now() + this.#offsetMs;
  }

  monotonic(): number {
    return this.#own.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#own.sleep(ms, signal);
  }

  /** Compares both clocks by the first answer that has a Date; later ones change nothing. Null if they agree, or none was told. */
  compare(answer: TransportAnswer): Disagreement | null {
    if (this.#source !== 'own' || answer.kind !== 'answer') return null;
    const ownMs = this.#own.now();
    const apiMs = serverNow(answer.headers, Number.NaN) + ageMs(answer.headers);
    if (Number.isNaN(apiMs) || apiMs < EARLIEST_MS) return null;
    this.#source = Math.abs(apiMs - ownMs) > MOST_OFF_MS ? 'api' : 'agreed';
    if (this.#source === 'agreed') return null;
    this.#offsetMs = apiMs - ownMs;
    return { ownMs, apiMs };
  }
}
