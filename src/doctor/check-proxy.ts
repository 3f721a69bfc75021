import { ConfigurationError } from '../errors.ts';
import type { BaseUrl } from '../extract/base-url.ts';
import type { Environment } from '../options.ts';
import { noProxyOf, resolveProxy } from '../proxy.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Which proxy requests go through. What a proxy's URL has of users and passwords is told nowhere. */
export function checkProxy({ origin, isLoopback }: BaseUrl, environment: Environment): Finding {
  if (isLoopback) return ok('proxy', 'none: the API is on this machine');
  try {
    const proxy = resolveProxy(origin, environment);
    const except = noProxyOf(environment);
    const exempt = except === '' ? '' : `, but for ${except}`;
    return ok('proxy', proxy === null ? 'none' : `${proxy.address} from ${proxy.variable}${exempt}`);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return fail('proxy', error.message, error.hint ?? 'See docs/network.md.');
  }
}
