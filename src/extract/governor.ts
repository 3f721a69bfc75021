import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import { dayFacts, minuteFacts } from './answer-headers.ts';
import { BudgetSpent } from './budget-spent.ts';
import {
  afterDayStart,
  afterFacts,
  afterGone,
  type DayState,
  initialDay,
  leftToday,
  type QuotaReserve,
  spareToday,
  withQuota,
} from './day-budget.ts';
import type { Decision } from './retry-timing.ts';
import { Standstill } from './standstill.ts';
import { type GovernorReport, Tally, type WaitCause } from './tally.ts';
import type { TransportAnswer } from './transport.ts';
import {
  afterAnswer,
  afterStart,
  type GateCause,
  gateOf,
  initialMinute,
  type MinuteState,
} from './windows.ts';

export interface GovernorOptions {
  /** Requests a minute at most; null = what the API's headers allow, 0 = no pacing at all. */
  readonly ratePerMinute: number | null;
  readonly quotaReserve: QuotaReserve;
  /** Requests of the run, retries included; null = no bound. */
  readonly maxRequests: number | null;
  /** From now on; null = no bound. */
  readonly deadlineMs: number | null;
  readonly clock: Clock;
  /** Called when the run begins to stand still; `untilMs` on our wall clock. */
  readonly onWait?: (cause: WaitCause, untilMs: number) => void;
}

/** Leave to send one request; every permit is given back by exactly one `observe`. */
export interface Permit {
  readonly number: number;
  readonly isFree: boolean;
}

export interface AdmitOptions {
  /** Not counted against quota and max-requests: /api-quota. */
  readonly isFree?: boolean;
  /** Repeats a request that failed. */
  readonly isRetry?: boolean;
}

/** The one gate that every request passes, retries too. Decisions are in windows.ts and day-budget.ts; this waits. */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #clock: Clock;
  readonly #deadlineAtMs: number;
  readonly #oneByOne = pLimit(1);
  readonly #standstill: Standstill;
  readonly #tally = new Tally();
  #minute: MinuteState;
  #day: DayState;
  #permits = 0;
  #quotaBefore: number | null = null;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#deadlineAtMs = options.clock.monotonic() + (options.deadlineMs ?? Number.POSITIVE_INFINITY);
    this.#standstill = new Standstill(options.clock);
    this.#minute = initialMinute(options.ratePerMinute);
    this.#day = initialDay(options.quotaReserve);
  }

  /**
   * Resolves when a request may go, first come, first served; it counts from then on. Throws BudgetSpent when none may
   * go any more, and the signal's reason once it is aborted.
   */
  admit(signal: AbortSignal, { isFree = false, isRetry = false }: AdmitOptions = {}): Promise<Permit> {
    return this.#oneByOne(async () => {
      const opens = await this.#passGates(signal, isFree);
      this.#permits += 1;
      this.#tally.started(isFree, isRetry);
      this.#minute = afterStart(this.#minute, this.#permits, opens, this.#clock.monotonic());
      if (!isFree) this.#day = afterDayStart(this.#day);
      return { number: this.#permits, isFree };
    });
  }

  /** Gives a permit back with what came of it. Answers count in the order in which they are observed. */
  observe(permit: Permit, answer: TransportAnswer, decision: Decision): void {
    this.#tally.answered(permit.isFree, answer);
    const day = answer.kind === 'answer' ? dayFacts(answer.headers) : null;
    if (day !== null) this.#learnDay(afterFacts(this.#day, day));
    if (decision.kind === 'quota-gone') this.#day = afterGone(this.#day);
    const told = {
      facts: answer.kind === 'answer' ? minuteFacts(answer.headers, this.#clock.now()) : null,
      isTelling: answer.kind === 'answer' && answer.status < 500,
      ...(decision.kind === 'wait-minute' ? { limited: decision.waitMs } : {}),
    };
    this.#minute = afterAnswer(this.#minute, permit.number, told, this.#clock.monotonic());
    this.#standstill.wake();
  }

  /** Stands still for one request's backoff. Throws BudgetSpent at once if the deadline comes first. */
  async pause(waitMs: number, signal: AbortSignal): Promise<void> {
    this.#refuseFrom(this.#clock.monotonic() + waitMs);
    this.#options.onWait?.('backoff', this.#clock.now() + waitMs);
    await this.#clock.sleep(waitMs, signal);
    this.#tally.waited('backoff', waitMs);
  }

  /** What GET /api-quota told: the day's whole quota, what is left of it, and its end in ms. */
  setQuota(quota: number | null, remaining: number, resetMs: number | null): void {
    this.#learnDay(withQuota(this.#day, quota, { remaining, resetMs }));
  }

  /** Requests that may still be started in this run, as far as known; Infinity if nothing bounds them. */
  affordable(): number {
    const { maxRequests } = this.#options;
    const ofRun = maxRequests === null ? Number.POSITIVE_INFINITY : maxRequests - this.#tally.requests;
    return Math.max(0, Math.min(ofRun, spareToday(this.#day, this.#tally.inFlight)));
  }

  report(): GovernorReport {
    const { requests, retries, rateLimited, inFlight, bytes, waitedMs } = this.#tally;
    return {
      requests,
      retries,
      rateLimited,
      inFlight,
      bytes,
      waitedMs: { ...waitedMs },
      quotaBefore: this.#quotaBefore,
      quotaAfter: leftToday(this.#day),
    };
  }

  /** Waits until a request may go; whether it goes alone, to open a window. */
  async #passGates(signal: AbortSignal, isFree: boolean): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      this.#refuseFrom(this.#clock.monotonic());
      const isQuotaPending = !isFree && this.#isQuotaPending();
      const gate = gateOf(this.#minute, this.#clock.monotonic());
      if (gate.kind === 'wait') await this.#wait(gate.untilMs, gate.cause, signal);
      else if (isQuotaPending) await this.#waitForAnswer(Number.POSITIVE_INFINITY, signal);
      else return gate.opens;
    }
  }

  /** True if only the answers under way can tell whether one more may go. Throws BudgetSpent if none may. */
  #isQuotaPending(): boolean {
    const { maxRequests } = this.#options;
    const { requests, inFlight } = this.#tally;
    if (maxRequests !== null && requests >= maxRequests) throw new BudgetSpent('max_requests');
    if (spareToday(this.#day, inFlight) >= 1) return false;
    if (inFlight === 0 || spareToday(this.#day, 0) < 1) throw new BudgetSpent('quota');
    return true;
  }

  async #wait(untilMs: number, cause: GateCause, signal: AbortSignal): Promise<void> {
    if (cause === 'answer') return this.#waitForAnswer(untilMs, signal);
    this.#refuseFrom(untilMs);
    const waitMs = untilMs - this.#clock.monotonic();
    this.#options.onWait?.(cause, this.#clock.now() + waitMs);
    this.#tally.waited(cause, await this.#standstill.wait(waitMs, signal));
  }

  /** Until the next answer, `untilMs` or the deadline, whichever is first. */
  async #waitForAnswer(untilMs: number, signal: AbortSignal): Promise<void> {
    await this.#standstill.wait(Math.min(untilMs, this.#deadlineAtMs) - this.#clock.monotonic(), signal);
  }

  #refuseFrom(atMs: number): void {
    if (atMs >= this.#deadlineAtMs) throw new BudgetSpent('deadline');
  }

  #learnDay(day: DayState): void {
    this.#day = day;
    this.#quotaBefore ??= leftToday(day);
  }
}
