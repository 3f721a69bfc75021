import { expect, test } from 'vitest';
import { networkFailure, type Route } from '../../src/extract/network-failure.ts';
import type { ProxyServer } from '../../src/proxy.ts';

const PROXY: ProxyServer = { variable: 'HTTPS_PROXY', address: 'http://p.example:3128', authorization: null };
const DIRECT: Route = { origin: 'https://api.example', proxy: null };
const PROXIED: Route = { ...DIRECT, proxy: PROXY };
const WITH_PASSWORD: Route = { ...DIRECT, proxy: { ...PROXY, authorization: 'Basic c2VjcmV0' } };

function coded(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

function answered(status: number): Error {
  return coded('UND_ERR_ABORTED', `Proxy response (${status}) !== 200 when HTTP Tunneling`);
}

const refused = coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9');
const unknownCa = coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain');

test.each<[string, unknown, Route, string, RegExp, RegExp]>([
  [
    'refused',
    refused,
    DIRECT,
    'unreached',
    /^cannot reach https:\/\/api\.example: connection refused \(connect ECONN/,
    /--api-url.*HTTPS_PROXY.*doctor/,
  ],
  [
    'refused at every address',
    Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' }),
    DIRECT,
    'unreached',
    /: connection refused \(ECONNREFUSED\)$/,
    /doctor/,
  ],
  [
    'refused by the proxy',
    refused,
    PROXIED,
    'unreached',
    /^cannot reach the proxy http:\/\/p\.example:3128 \(HTTPS_PROXY\): connection refused/,
    /HTTPS_PROXY.*NO_PROXY/,
  ],
  ['no such host', coded('ENOTFOUND'), DIRECT, 'unreached', /no such host \(ENOTFOUND\)/, /doctor/],
  [
    'no route',
    coded('EHOSTUNREACH'),
    PROXIED,
    'unreached',
    /the proxy http.*no way to that host/,
    /NO_PROXY/,
  ],
  ['407', answered(407), PROXIED, 'proxy', /wants a user and password \(status 407\)/, /HTTPS_PROXY as in/],
  [
    '407 again',
    answered(407),
    WITH_PASSWORD,
    'proxy',
    /does not take its user and password/,
    /percent-encoded/,
  ],
  [
    '403',
    answered(403),
    PROXIED,
    'proxy',
    /^the proxy http:\/\/p\.example:3128 \(HTTPS_PROXY\) refuses the connection to https:\/\/api\.example \(status 403\)/,
    /allow CONNECT to api\.example:443/,
  ],
  [
    '502',
    answered(502),
    PROXIED,
    'unreached',
    /cannot reach https:\/\/api\.example \(status 502\)/,
    /CONNECT/,
  ],
  [
    'a CA nobody knows',
    unknownCa,
    DIRECT,
    'tls',
    /^the certificate of https:\/\/api\.example is not accepted: self-signed certificate in/,
    /NODE_EXTRA_CA_CERTS.*NODE_USE_SYSTEM_CA.*--use-openssl-ca/,
  ],
  [
    'a CA nobody knows, through a proxy',
    coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'),
    PROXIED,
    'tls',
    /through the proxy http:\/\/p\.example:3128 \(HTTPS_PROXY\): unable to verify/,
    /NODE_EXTRA_CA_CERTS/,
  ],
  ['another host’s', coded('ERR_TLS_CERT_ALTNAME_INVALID', 'x'), DIRECT, 'tls', /x/, /clock.*--api-url/],
  ['an old one', coded('CERT_HAS_EXPIRED', 'certificate has expired'), DIRECT, 'tls', /expired/, /clock/],
  ['file handles', coded('EMFILE'), DIRECT, 'machine', /no free file handles \(EMFILE\)/, /ulimit -n/],
  ['file handles of all', coded('ENFILE'), PROXIED, 'machine', /ENFILE/, /fs\.file-max/],
  ['memory', coded('ENOMEM'), DIRECT, 'machine', /not enough memory/, /ulimit -v/],
  ['buffers', coded('ENOBUFS'), DIRECT, 'machine', /ENOBUFS/, /memory/],
  [
    'address space',
    new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory'),
    DIRECT,
    'machine',
    /not enough memory: WebAssembly/,
    /ulimit -v/,
  ],
  [
    'handles, at every address',
    new AggregateError([coded('EMFILE')]),
    DIRECT,
    'machine',
    /EMFILE/,
    /ulimit -n/,
  ],
  ['reset', coded('ECONNRESET', 'x'), DIRECT, 'network', /^ECONNRESET: x$/, /^undefined$/],
  [
    'reset, through a proxy',
    coded('ECONNRESET', 'x'),
    PROXIED,
    'network',
    /x, through the proxy http/,
    /^undef/,
  ],
  ['slow', coded('UND_ERR_HEADERS_TIMEOUT', 'x'), DIRECT, 'timeout', /x/, /^undefined$/],
])('%s', (_, error, route, reason, message, hint) => {
  const failure = networkFailure(error, route, () => false);
  expect(failure).toMatchObject({ kind: 'failure', reason, message: expect.stringMatching(message) });
  expect(String(failure.hint)).toMatch(hint);
  expect(JSON.stringify(failure)).not.toContain('c2VjcmV0');
});

test.each(['ENOTFOUND', 'EAI_AGAIN'])('%s without a free file handle is for want of one', (code) => {
  const failure = networkFailure(coded(code), DIRECT, () => true);
  expect(failure).toMatchObject({ reason: 'machine', hint: expect.stringContaining('ulimit -n') });
});
