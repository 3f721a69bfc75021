import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { resolveProxy } from '../proxy.ts';

/** What a ping tells, as healthchecks.io has it: `/start`, nothing, `/fail` after the URL's path. */
export type PingKind = 'start' | 'success' | 'fail';

const SUFFIXES = { start: '/start', success: '', fail: '/fail' } as const;

/** A watcher that is slow must not hold up a run. */
const TIMEOUT_MS = 10_000;

export interface PingTarget {
  readonly url: string;
  readonly timeoutMs?: number;
}

/** Where a ping of a kind goes. */
export function pingUrl(url: string, kind: PingKind): URL {
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/+$/, '')}${SUFFIXES[kind]}`;
  return target;
}

/**
 * Posts `text` there, through the proxy of the environment. Throws for no answer in time, any other than a 2xx, and a
 * proxy that cannot be used.
 */
export async function ping(
  { url, timeoutMs = TIMEOUT_MS }: PingTarget,
  kind: PingKind,
  text: string,
): Promise<void> {
  const dispatcher = dispatcherFor(url, timeoutMs);
  try {
    const { statusCode, body } = await request(pingUrl(url, kind), {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: text,
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    if (statusCode < 200 || statusCode > 299) throw new Error(`status ${statusCode}`);
  } finally {
    await dispatcher.destroy();
  }
}

function dispatcherFor(url: string, timeoutMs: number): Dispatcher {
  const connect = { timeout: timeoutMs, rejectUnauthorized: true };
  const proxy = resolveProxy(url, process.env);
  if (proxy === null) return new Agent({ connect });
  const { address, authorization } = proxy;
  const token = authorization === null ? {} : { token: authorization };
  return new ProxyAgent({ ...token, connect, uri: address, requestTls: connect, proxyTls: connect });
}
