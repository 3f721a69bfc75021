import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from '../clock.ts';
import type { ApiError } from '../errors.ts';
import { type BaseUrl, parseBaseUrl } from '../extract/base-url.ts';
import { Governor } from '../extract/governor.ts';
import { openTransport } from '../extract/open-transport.ts';
import { askQuota, type QuotaTold } from '../extract/quota.ts';
import { requestPath } from '../extract/request-path.ts';
import type { GovernorReport, WaitCause } from '../extract/tally.ts';
import type { TransportRequest } from '../extract/transport.ts';
import type { QuotaReserveOption } from '../options.ts';
import { programVersion } from '../program-version.ts';
import { DmarcClient } from './client.ts';
import { asClientError } from './refusals.ts';

/** What a client needs; all but the token has a default. */
export interface ClientOptions {
  /** Sent to `apiUrl` only. */
  readonly token: string;
  /** Base URL with the version path; MailerSend's by default. */
  readonly apiUrl?: string | undefined;
  /** Requests a minute at most; 0 = no pacing at all, null (the default) = what the API's headers allow. */
  readonly ratePerMinute?: number | null | undefined;
  /** What of the day's quota is left alone; a share of 0.2 by default. */
  readonly quotaReserve?: QuotaReserveOption | undefined;
  /** Requests of this client, retries included; null (the default) = no bound. */
  readonly maxRequests?: number | null | undefined;
  /** Milliseconds from now after which no request is started; null (the default) = no bound. */
  readonly deadlineMs?: number | null | undefined;
  /** Once aborted, nothing new is sent; what is under way has five more seconds. */
  readonly signal?: AbortSignal | undefined;
  readonly userAgent?: string | undefined;
  /** Told when all requests begin to wait; `untilMs` on the wall clock. */
  readonly onWait?: ((cause: WaitCause, untilMs: number) => void) | undefined;
  readonly clock?: Clock | undefined;
  /** 0 inclusive to 1 exclusive, for the jitter of retries. */
  readonly random?: (() => number) | undefined;
}

/** A client with its connections. */
export interface OpenClient {
  readonly client: DmarcClient;
  /** What is left of the day's quota; does not count against it. Null where the API does not tell. */
  quota(): Promise<QuotaTold | null>;
  /** What was spent so far. */
  report(): GovernorReport;
  /** The whole address of a request. */
  urlOf(request: TransportRequest): string;
  /** Closes the connections; more than once is once. */
  close(): Promise<void>;
}

const DEFAULT_RESERVE: QuotaReserveOption = { share: 0.2 };

/**
 * Opens a client: nothing is sent yet. Before its first request it asks for the day's quota, which is free, so that the
 * reserve is known. Throws ConfigurationError for a base URL or a token that cannot be used.
 */
export function openClient(options: ClientOptions): OpenClient {
  const { clock = systemClock, random = Math.random, signal = new AbortController().signal } = options;
  const baseUrl = parseBaseUrl(options.apiUrl);
  const userAgent = options.userAgent ?? `mailersend-dmarc-etl/${programVersion()}`;
  const transport = openTransport({ baseUrl, token: options.token, userAgent });
  // Every request under way listens to it, and more than ten are no leak.
  setMaxListeners(0, signal);
  const governor = new Governor({
    ratePerMinute: options.ratePerMinute ?? null,
    quotaReserve: options.quotaReserve ?? DEFAULT_RESERVE,
    maxRequests: options.maxRequests ?? null,
    deadlineMs: options.deadlineMs ?? null,
    clock,
    ...(options.onWait === undefined ? {} : { onWait: options.onWait }),
  });
  const connection = { send: transport.send, governor, clock, random, signal };
  const ask = once(() => askQuota(connection));
  const today = () => new Date(clock.now()).toISOString().slice(0, 10);
  return {
    client: new DmarcClient(connection, () => ask().then(() => undefined), today),
    quota: async () => toldQuota(await askQuota(connection).catch(rethrow)),
    report: () => governor.report(),
    urlOf: (request) => urlOf(baseUrl, request),
    close: once(() => transport.close()),
  };
}

function urlOf({ href }: BaseUrl, { segments, query }: TransportRequest): string {
  return `${href}${requestPath(segments, query)}`;
}

function toldQuota(told: QuotaTold | { readonly error: ApiError | null }): QuotaTold | null {
  if (!('error' in told)) return told;
  if (told.error !== null) throw told.error;
  return null;
}

function rethrow(error: unknown): never {
  throw asClientError(error);
}

/** Does `work` once; again only after it failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= work().catch((error: unknown) => {
      result = null;
      return rethrow(error);
    });
    return result;
  };
}
