import { setImmediate } from 'node:timers/promises';
import type { Transport, TransportAnswer } from '../../src/extract/transport.ts';
import type { ManualClock } from './manual-clock.ts';

export interface ServerOptions {
  readonly limit?: number;
  readonly windowMs?: number;
  /** Requests that another client of the account takes from a window before this one's nth request in it. */
  readonly taken?: (request: number) => number;
  readonly headers?: 'all' | 'none';
  readonly quota?: number;
  /** Ahead of the client's clock. */
  readonly skewMs?: number;
}

/** What came in during one window. */
export interface WindowCount {
  accepted: number;
  limited: number;
  others: number;
  /** Requests after the first 429 of the window, but for those that were under way then. */
  afterLimited: number;
}

/** A server with fixed windows on the client's manual clock; answers take no time on it. */
export class FixedWindowServer {
  readonly windows: WindowCount[] = [];
  inFlight = 0;
  most = 0;
  quotaLeft: number;
  readonly #clock: ManualClock;
  readonly #options: ServerOptions;
  #window = -1;
  #limitedAtMs = -1;

  constructor(clock: ManualClock, options: ServerOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.quotaLeft = options.quota ?? 1_000_000;
  }

  readonly send: Transport = async () => {
    this.inFlight += 1;
    this.most = Math.max(this.most, this.inFlight);
    await setImmediate();
    const answer = this.#answer();
    await setImmediate();
    this.inFlight -= 1;
    return answer;
  };

  #answer(): TransportAnswer {
    const { limit = 60, windowMs = 60_000, taken = () => 0, skewMs = 0 } = this.#options;
    const nowMs = this.#clock.now() + skewMs;
    const number = Math.floor(nowMs / windowMs);
    if (number !== this.#window) {
      this.#window = number;
      this.windows.push({ accepted: 0, limited: 0, others: 0, afterLimited: 0 });
    }
    const window = this.windows.at(-1) as WindowCount;
    if (window.limited > 0 && nowMs > this.#limitedAtMs) window.afterLimited += 1;
    window.others = Math.min(limit - window.accepted, window.others + taken(window.accepted + 1));
    const left = limit - window.accepted - window.others;
    const isOver = left <= 0;
    if (isOver) {
      window.limited += 1;
      this.#limitedAtMs = nowMs;
    } else {
      window.accepted += 1;
      this.quotaLeft -= 1;
    }
    const resetMs = (number + 1) * windowMs;
    return this.#told(isOver ? 429 : 200, Math.max(0, left - 1), resetMs, nowMs);
  }

  #told(status: number, remaining: number, resetMs: number, nowMs: number): TransportAnswer {
    const { limit = 60, headers = 'all' } = this.#options;
    const told = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
      'x-apiquota-remaining': String(this.quotaLeft),
      'x-apiquota-reset': '2025-11-06T00:00:00Z',
    };
    return {
      kind: 'answer',
      status,
      headers: { date: new Date(nowMs).toUTCString(), ...(headers === 'all' ? told : {}) },
      text: status === 200 ? '{"data":[]}' : '{"message":"Too many requests. #MS42903"}',
      bytes: 11,
    };
  }
}
