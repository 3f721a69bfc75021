import type { BaseUrl } from '../extract/base-url.ts';
import type { Environment } from '../options.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Which proxy requests go through. What a proxy's URL has of users and passwords is told nowhere. */
export function checkProxy({ origin, isLoopback }: BaseUrl, environment: Environment): Finding {
  if (isLoopback) return ok('proxy', 'none: the API is on this machine');
  const scheme = new URL(origin).protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = [scheme.toLowerCase(), scheme].find((candidate) => (environment[candidate] ?? '') !== '');
  if (name === undefined) return ok('proxy', 'none');
  const text = environment[name] ?? '';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return fail(
      'proxy',
      `${name} is no http URL`,
      `Set ${name} as in http://proxy.example:3128, or unset it.`,
    );
  }
  const except = environment.no_proxy ?? environment.NO_PROXY ?? '';
  return ok(
    'proxy',
    `${url.protocol}//${url.host} from ${name}${except === '' ? '' : `, but for ${except}`}`,
  );
}
