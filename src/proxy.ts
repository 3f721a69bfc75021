import { ConfigurationError } from './errors.ts';
import { isExempt } from './no-proxy.ts';

/** The proxy that requests to one place go through. */
export interface ProxyServer {
  /** Environment variable that names it. */
  readonly variable: string;
  /** Scheme, host and port: all of it that may be told. */
  readonly address: string;
  /** Value of Proxy-Authorization; null if the variable has no user. */
  readonly authorization: string | null;
}

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** Which variables count for a scheme, the first that is not empty. HTTP_PROXY alone has always been used for https, too. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
};

const NO_PROXY_VARIABLES = ['no_proxy', 'NO_PROXY'];

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy for a URL, from the environment; null if there is none or NO_PROXY exempts the URL. An empty variable counts
 * as absent. Throws a ConfigurationError, which tells no user or password, for a proxy that would be used and cannot be.
 */
export function resolveProxy(url: string, environment: ProxyEnvironment): ProxyServer | null {
  const target = new URL(url);
  const variable = firstSet(VARIABLES[target.protocol] ?? [], environment);
  if (variable === null || isExempt(target, noProxyOf(environment))) return null;
  return readProxy(variable, environment[variable]?.trim() ?? '');
}

/** What is exempt from the proxy; `''` for nothing. */
export function noProxyOf(environment: ProxyEnvironment): string {
  const variable = firstSet(NO_PROXY_VARIABLES, environment);
  return variable === null ? '' : (environment[variable]?.trim() ?? '');
}

function firstSet(names: readonly string[], environment: ProxyEnvironment): string | null {
  return names.find((name) => (environment[name] ?? '').trim() !== '') ?? null;
}

function readProxy(variable: string, text: string): ProxyServer {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  // An @ after the host is of a password with characters that end the host.
  if (url === null || `${url.pathname}${url.search}${url.hash}`.includes('@'))
    throw refused(variable, 'is no URL of a proxy');
  if (/^socks/.test(url.protocol))
    throw refused(
      variable,
      `is a SOCKS proxy (${url.protocol}//${url.host}), and only http and https are known`,
    );
  const port = url.port || DEFAULT_PORTS[url.protocol];
  if (port === undefined) throw refused(variable, `is no proxy of http or https (${url.protocol})`);
  return {
    variable,
    address: `${url.protocol}//${url.hostname}:${port}`,
    authorization: authorizationOf(url),
  };
}

function authorizationOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** Percent-decoded; as it is where a `%` stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused(variable: string, reason: string): ConfigurationError {
  return new ConfigurationError(`the proxy cannot be used: ${variable} ${reason}`, {
    hint: `Set ${variable} as in http://user:password@proxy.example:3128 (special characters percent-encoded), or exempt the API with NO_PROXY.`,
  });
}
