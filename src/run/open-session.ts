import type { Clock } from '../clock.ts';
import { ApiClock, type Disagreement } from '../extract/api-clock.ts';
import type { BaseUrl } from '../extract/base-url.ts';
import type { ExtractEvent } from '../extract/events.ts';
import type { Connection } from '../extract/exchange.ts';
import { Governor } from '../extract/governor.ts';
import { openTransport } from '../extract/open-transport.ts';
import { askQuota } from '../extract/quota.ts';
import type { RunOptions } from '../options.ts';

/** The outside things that a session needs. */
export interface SessionEffects {
  /** The machine's own. */
  readonly clock: Clock;
  readonly tell: (event: ExtractEvent) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
  readonly program_version: string;
  /** 0 inclusive to 1 exclusive. */
  readonly random?: () => number;
}

/** A run's connection to the API, and what the first answer said: the time, and what is left of the day's quota. */
export interface Session {
  readonly connection: Connection;
  readonly clock: ApiClock;
  /** Requests left today before the run; null if the API did not say. */
  readonly quota_before: number | null;
  close(): Promise<void>;
}

/**
 * Connects, asks for the day's quota, which is free, and checks our clock by that answer, before the run has a day of
 * its own. Throws ConfigurationError for a token or proxy that cannot be used, and AuthenticationError.
 */
export async function openSession(
  baseUrl: BaseUrl,
  options: RunOptions,
  effects: SessionEffects,
): Promise<Session> {
  const { signal, random = Math.random, warn, program_version } = effects;
  const userAgent = `mailersend-dmarc-etl/${program_version}`;
  const transport = openTransport({ baseUrl, token: options.token, userAgent });
  const clock = new ApiClock(effects.clock);
  const governor = newGovernor(options, effects, clock);
  const connection = { send: transport.send, governor, clock, random, signal };
  try {
    const send: Connection['send'] = async (request) => {
      // What is left of the quota is of no use to a run that was stopped.
      const answer = await transport.send({ ...request, signal });
      const disagreement = clock.compare(answer);
      if (disagreement !== null) warn(describe(disagreement));
      return answer;
    };
    const told = await askQuota({ ...connection, send }).catch((error: unknown) => {
      // A run that was stopped already ends where it would ask for more.
      if (signal.aborted && error === signal.reason) return { error: null };
      throw error;
    });
    if ('error' in told && told.error !== null) warn(`the quota is not known: ${told.error.message}`);
    const goesByAge = options.retainDays !== null || options.keepJournalDays !== null;
    if (clock.source === 'own' && goesByAge && !signal.aborted)
      warn(
        "the API told no time (Date), so this machine's clock is not confirmed: this run removes nothing by age",
      );
    const quota_before = 'remaining' in told ? told.remaining : null;
    return { connection, clock, quota_before, close: () => transport.close() };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

function newGovernor(options: RunOptions, { tell }: SessionEffects, clock: ApiClock): Governor {
  return new Governor({
    ratePerMinute: options.ratePerMinute,
    quotaReserve: options.quotaReserve,
    maxRequests: options.maxRequests,
    deadlineMs: options.deadlineMs,
    clock,
    onWait: (cause, untilMs) => tell({ type: 'waiting', cause, untilMs }),
  });
}

function describe({ ownMs, apiMs }: Disagreement): string {
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  return `this machine's clock says ${iso(ownMs)}, the API's Date is ${iso(apiMs)}: the run uses the API's time, and removes nothing by age. Set the clock (NTP).`;
}
