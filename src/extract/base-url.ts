import { ConfigurationError } from '../errors.ts';

/** Where the API is. */
export interface BaseUrl {
  /** Absolute, with the version path, without a slash at its end. */
  readonly href: string;
  /** Scheme, host and port: the only place the token is ever sent to. */
  readonly origin: string;
  readonly isLoopback: boolean;
}

export const DEFAULT_BASE_URL = 'https://api.mailersend.com/v1';

/**
 * Reads a base URL: https (plain http on loopback only), with a path such as /v1, no credentials, query or fragment.
 * Throws a ConfigurationError that says what is wrong with it.
 */
export function parseBaseUrl(text: string = DEFAULT_BASE_URL): BaseUrl {
  if (!URL.canParse(text.trim())) throw refused(text, 'is no absolute URL');
  const url = new URL(text.trim());
  if (url.username !== '' || url.password !== '')
    throw refused(url.origin, 'must not contain a user or password');
  if (url.search !== '' || url.hash !== '') throw refused(text, 'must not have a query or a fragment');
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw refused(
      text,
      'must be https (plain http only on this machine): the token would be readable on its way',
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '') throw refused(text, 'lacks the version path');
  return { href: `${url.origin}${path}`, origin: url.origin, isLoopback };
}

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refused(text: string, reason: string): ConfigurationError {
  return new ConfigurationError(`the API's base URL ${text} ${reason}`, {
    hint: `Give it as in ${DEFAULT_BASE_URL}, with --api-url or MAILERSEND_API_BASE_URL.`,
  });
}
