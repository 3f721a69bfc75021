import { type MachineFault, machineFault, OUT_OF_HANDLES } from '../machine-fault.ts';
import type { ProxyServer } from '../proxy.ts';
import { printable } from './answer-body.ts';
import { type FailedAnswer, type FailureReason, failed } from './transport.ts';

/** Where a request goes, and through what. */
export interface Route {
  /** Scheme, host and port of the API. */
  readonly origin: string;
  readonly proxy: ProxyServer | null;
}

const UNTRUSTED_CODES =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED)/;

const TLS_CODES = /^(CERT_|ERR_TLS_|UND_ERR_PRX_TLS)/;

/** Errors of opening a connection. */
const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name service does not answer',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

const DOCTOR = '`dmarc-etl doctor` tells more.';

const UNTRUSTED_HINT =
  'Give the CA that signed it: NODE_EXTRA_CA_CERTS=/path/to/ca.pem; or trust the CAs of this machine: NODE_USE_SYSTEM_CA=1 (from Node 22.19 and 24.6 on), or NODE_OPTIONS=--use-openssl-ca.';

/** What an error of the network means, in our words; with a hint where the operator can do something. */
export function networkFailure(error: unknown, route: Route, isOutOfHandles: () => boolean): FailedAnswer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = error instanceof Error ? error.message : String(error);
  const fault = faultOf(error, code, isOutOfHandles);
  if (fault !== null) return told('machine', `${fault.message}: ${printable(said)}`, fault.hint);
  const status = /^Proxy response \((\d{3})\)/.exec(said)?.[1];
  if (route.proxy !== null && status !== undefined) return proxyAnswered(Number(status), route.proxy, route);
  if (UNTRUSTED_CODES.test(code) || TLS_CODES.test(code)) return badCertificate(code, said, route);
  const unreached = UNREACHED[code];
  if (unreached !== undefined) return cannotReach(`${unreached} (${printable(said) || code})`, route);
  const message = [code, said].filter((text) => text !== '').join(': ');
  return failed(reasonOf(code), route.proxy === null ? message : `${message}, ${through(route.proxy)}`);
}

/** Without file handles the name service cannot be asked, and says that there is no such host. */
function faultOf(error: unknown, code: string, isOutOfHandles: () => boolean): MachineFault | null {
  const isOfNames = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  return isOfNames && isOutOfHandles() ? OUT_OF_HANDLES : machineFault(error);
}

function reasonOf(code: string): FailureReason {
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'torn';
  return /TIMEOUT|ETIMEDOUT/.test(code) ? 'timeout' : 'network';
}

function cannotReach(why: string, { origin, proxy }: Route): FailedAnswer {
  if (proxy === null) {
    const hint = `Check the network, --api-url, and whether a proxy is needed (HTTPS_PROXY): ${DOCTOR}`;
    return told('unreached', `cannot reach ${origin}: ${why}`, hint);
  }
  const hint = `Check ${proxy.variable}, or exempt the API with NO_PROXY: ${DOCTOR}`;
  return told('unreached', `cannot reach ${nameOf(proxy)}: ${why}`, hint);
}

/** An answer to CONNECT that is none of the API. That it cannot reach the API may pass, a refusal will not. */
function proxyAnswered(status: number, proxy: ProxyServer, { origin }: Route): FailedAnswer {
  const name = nameOf(proxy);
  if (status === 407) {
    const what =
      proxy.authorization === null ? 'wants a user and password' : 'does not take its user and password';
    const hint = `Set ${proxy.variable} as in http://user:password@proxy.example:3128, special characters percent-encoded.`;
    return told('proxy', `${name} ${what} (status 407)`, hint);
  }
  const host = new URL(origin).hostname;
  const hint = `Have the proxy allow CONNECT to ${host}:${new URL(origin).port || 443}, or exempt ${host} with NO_PROXY.`;
  const isPassing = status >= 500 || status === 408 || status === 429;
  return isPassing
    ? told('unreached', `${name} cannot reach ${origin} (status ${status})`, hint)
    : told('proxy', `${name} refuses the connection to ${origin} (status ${status})`, hint);
}

function badCertificate(code: string, said: string, { origin, proxy }: Route): FailedAnswer {
  const way = proxy === null ? '' : `, ${through(proxy)}`;
  const hint = UNTRUSTED_CODES.test(code)
    ? UNTRUSTED_HINT
    : 'Check the clock of this machine, --api-url, and what sits between this machine and the API.';
  return told(
    'tls',
    `the certificate of ${origin} is not accepted${way}: ${printable(said)} (${code})`,
    hint,
  );
}

function through(proxy: ProxyServer): string {
  return `through ${nameOf(proxy)}`;
}

function nameOf({ address, variable }: ProxyServer): string {
  return `the proxy ${address} (${variable})`;
}

function told(reason: FailureReason, message: string, hint: string): FailedAnswer {
  return { ...failed(reason, message), hint };
}
