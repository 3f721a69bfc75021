import type { Dispatcher } from 'undici';
import { ConfigurationError } from '../errors.ts';
import { isOutOfFileHandles } from '../file-handles.ts';
import { type ProxyEnvironment, resolveProxy } from '../proxy.ts';
import { readBody } from './answer-body.ts';
import type { BaseUrl } from './base-url.ts';
import { networkFailure, type Route } from './network-failure.ts';
import { openDispatcher, type Timeouts } from './open-dispatcher.ts';
import { requestPath } from './request-path.ts';
import {
  type FailedAnswer,
  failed,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
} from './transport.ts';

export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 30_000,
  bodyMs: 30_000,
  totalMs: 60_000,
};

const DEFAULT_MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface TransportOptions {
  readonly baseUrl: BaseUrl;
  readonly token: string;
  readonly userAgent: string;
  readonly timeouts?: Timeouts;
  readonly maxBodyBytes?: number;
  /** Names the proxy; that of this process by default. */
  readonly environment?: ProxyEnvironment;
}

export interface OpenTransport {
  readonly send: Transport;
  /** Closes the connections; requests under way end as failures. */
  close(): Promise<void>;
}

/**
 * The real network. The proxy that the environment names is used (see resolveProxy), but for an API on this machine. Asks
 * for no compression, follows no redirect. Throws a ConfigurationError, without the token or the proxy's password in it,
 * for a token that no header can hold and for a proxy that cannot be used.
 */
export function openTransport(options: TransportOptions): OpenTransport {
  if (!/^[\x21-\x7e]+$/.test(options.token)) {
    throw new ConfigurationError('the API token has characters that no token has', {
      hint: 'Copy the token again, as one word.',
    });
  }
  const timeouts = options.timeouts ?? DEFAULT_TIMEOUTS;
  const { origin, isLoopback } = options.baseUrl;
  const proxy = isLoopback ? null : resolveProxy(origin, options.environment ?? process.env);
  const dispatcher = openDispatcher(timeouts, proxy);
  return {
    send: (request) => send({ ...options, timeouts, dispatcher, route: { origin, proxy } }, request),
    close: () => dispatcher.destroy(),
  };
}

interface Wire extends TransportOptions {
  readonly timeouts: Timeouts;
  readonly dispatcher: Dispatcher;
  readonly route: Route;
}

async function send(wire: Wire, request: TransportRequest): Promise<TransportAnswer> {
  const path = requestPath(request.segments, request.query);
  const limit = limitTime(wire.timeouts.totalMs, request.signal);
  try {
    return redact(await exchange(wire, request, path, limit.signal), wire.token);
  } catch (error) {
    return redact(describe(error, limit.cause(), wire.route), wire.token);
  } finally {
    limit.clear();
  }
}

async function exchange(
  { baseUrl, dispatcher, token, userAgent, maxBodyBytes }: Wire,
  { method, json }: TransportRequest,
  path: string,
  signal: AbortSignal,
): Promise<TransportAnswer> {
  const { statusCode, headers, body } = await dispatcher.request({
    origin: baseUrl.origin,
    path: `${new URL(baseUrl.href).pathname}${path}`,
    method,
    signal,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${token}`,
      'user-agent': userAgent,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  try {
    const bounds = {
      status: statusCode,
      headers: firstOfEach(headers),
      maxBytes: maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    };
    return await readBody(body, bounds);
  } finally {
    body.on('error', () => undefined).destroy();
  }
}

function firstOfEach(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value[0] : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

type Stopped = 'timeout' | 'dropped';

/** A signal that aborts after `ms` or with `outer`, and remembers which of them it was. */
function limitTime(ms: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  let cause: Stopped | null = null;
  const stop = (reason: Stopped) => {
    cause ??= reason;
    controller.abort();
  };
  const drop = () => stop('dropped');
  const timer = setTimeout(() => stop('timeout'), ms);
  if (outer?.aborted) drop();
  outer?.addEventListener('abort', drop, { once: true });
  return {
    signal: controller.signal,
    cause: (): Stopped | null => cause,
    clear: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', drop);
    },
  };
}

function describe(error: unknown, stopped: Stopped | null, route: Route): FailedAnswer {
  if (stopped === 'dropped') return failed('dropped', 'dropped: the run was stopped');
  if (stopped === 'timeout') return failed('timeout', 'the answer took too long');
  return networkFailure(error, route, isOutOfFileHandles);
}

/** A token shorter than this may be part of an innocent text; a real one has 70 characters. */
const SHORTEST_TOKEN_IN_BODIES = 16;

/** Keeps the token out of what is told and journalled, also where the other side echoes it. */
function redact(answer: TransportAnswer, token: string): TransportAnswer {
  const hide = (text: string) => text.replaceAll(token, '[token]');
  if (answer.kind === 'failure') return { ...answer, message: hide(answer.message) };
  const { text, headers } = answer;
  const isEchoed =
    token.length >= SHORTEST_TOKEN_IN_BODIES &&
    (text.includes(token) || headers.location?.includes(token) === true);
  if (!isEchoed) return answer;
  const location = headers.location === undefined ? {} : { location: hide(headers.location) };
  return { ...answer, headers: { ...headers, ...location }, text: hide(text) };
}
