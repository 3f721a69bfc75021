import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ProxyServer } from '../proxy.ts';

/** Milliseconds after which a request is given up. */
export interface Timeouts {
  readonly connectMs: number;
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly bodyMs: number;
  /** From the first byte sent to the last received: bounds a body that drips. */
  readonly totalMs: number;
}

/** Connections to the API, through the proxy if there is one. */
export function openDispatcher(
  { connectMs, headersMs, bodyMs }: Timeouts,
  proxy: ProxyServer | null,
): Dispatcher {
  // Said outright, a certificate is checked whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  const connect = { timeout: connectMs, rejectUnauthorized: true };
  const options = { connect, headersTimeout: headersMs, bodyTimeout: bodyMs };
  if (proxy === null) return new Agent(options);
  const token = proxy.authorization === null ? {} : { token: proxy.authorization };
  return new ProxyAgent({ ...options, ...token, uri: proxy.address, requestTls: connect, proxyTls: connect });
}
