import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { ConfigurationError } from '../errors.ts';
import { readBody } from './answer-body.ts';
import type { BaseUrl } from './base-url.ts';
import { requestPath } from './request-path.ts';
import {
  type FailedAnswer,
  failed,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
} from './transport.ts';

/** Milliseconds after which a request is given up. */
export interface Timeouts {
  readonly connectMs: number;
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly bodyMs: number;
  /** From the first byte sent to the last received: bounds a body that drips. */
  readonly totalMs: number;
}

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
}

export interface OpenTransport {
  readonly send: Transport;
  /** Closes the connections; requests under way end as failures. */
  close(): Promise<void>;
}

/**
 * The real network. HTTP(S)_PROXY and NO_PROXY are honoured, but for an API on this machine. Asks for no compression,
 * follows no redirect. Throws a ConfigurationError, without the token in it, for a token that no header can hold.
 */
export function openTransport(options: TransportOptions): OpenTransport {
  if (!/^[\x21-\x7e]+$/.test(options.token)) {
    throw new ConfigurationError('the API token has characters that no token has', {
      hint: 'Copy the token again, as one word.',
    });
  }
  const timeouts = options.timeouts ?? DEFAULT_TIMEOUTS;
  const dispatcher = dispatcherFor(options.baseUrl, timeouts);
  return {
    send: (request) => send({ ...options, timeouts, dispatcher }, request),
    close: () => dispatcher.destroy(),
  };
}

interface Wire extends TransportOptions {
  readonly timeouts: Timeouts;
  readonly dispatcher: Dispatcher;
}

function dispatcherFor({ isLoopback }: BaseUrl, { connectMs, headersMs, bodyMs }: Timeouts): Dispatcher {
  // Said outright, a certificate is checked whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  const connect = { timeout: connectMs, rejectUnauthorized: true };
  const options = { connect, headersTimeout: headersMs, bodyTimeout: bodyMs };
  if (isLoopback) return new Agent(options);
  return new EnvHttpProxyAgent({ ...options, requestTls: connect, proxyTls: connect });
}

async function send(wire: Wire, request: TransportRequest): Promise<TransportAnswer> {
  const path = requestPath(request.segments, request.query);
  const limit = limitTime(wire.timeouts.totalMs, request.signal);
  try {
    return redact(await exchange(wire, request, path, limit.signal), wire.token);
  } catch (error) {
    return redact(describe(error, limit.cause()), wire.token);
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

const TLS_CODES =
  /^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE))/;

/** Errors of opening a connection. */
const UNREACHED_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

function describe(error: unknown, stopped: Stopped | null): FailedAnswer {
  if (stopped === 'dropped') return failed('dropped', 'dropped: the run was stopped');
  if (stopped === 'timeout') return failed('timeout', 'the answer took too long');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = [code, error instanceof Error ? error.message : String(error)]
    .filter((text) => text !== '')
    .join(': ');
  if (TLS_CODES.test(code)) return failed('tls', message);
  if (UNREACHED_CODES.includes(code)) return failed('unreached', message);
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return failed('torn', message);
  return failed(/TIMEOUT|ETIMEDOUT/.test(code) ? 'timeout' : 'network', message);
}

/** A token shorter than this may be part of an innocent text; a real one has 70 characters. */
const SHORTEST_TOKEN_IN_BODIES = 16;

/** Keeps the token out of what is told and journalled, also where the other side echoes it. */
function redact(answer: TransportAnswer, token: string): TransportAnswer {
  if (answer.kind === 'failure') return { ...answer, message: answer.message.replaceAll(token, '[token]') };
  const isEchoed = token.length >= SHORTEST_TOKEN_IN_BODIES && answer.text.includes(token);
  return isEchoed ? { ...answer, text: answer.text.replaceAll(token, '[token]') } : answer;
}
