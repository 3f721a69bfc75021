import { expect, it } from 'vitest';
import { checkApi } from '../../src/doctor/check-api.ts';
import { checkProxy } from '../../src/doctor/check-proxy.ts';
import { parseBaseUrl } from '../../src/extract/base-url.ts';
import { failed, type TransportAnswer } from '../../src/extract/transport.ts';

const DATE = 'Sat, 22 Nov 2025 00:05:00 GMT';
const NOW = Date.parse(DATE);

function answer(status: number, body: unknown = {}, date = DATE): TransportAnswer {
  const text = JSON.stringify(body);
  return { kind: 'answer', status, headers: { date }, text, bytes: text.length };
}

const QUOTA = answer(200, { quota: 1_000, remaining: 900, reset: '2025-11-23T00:00:00Z' });
const MONITORS = answer(200, { data: [] });

/** Name → level, message and hint of what is found when the API answers so. */
async function find(quota: TransportAnswer, monitors: TransportAnswer = MONITORS, nowMs = NOW) {
  const findings = await checkApi({
    baseUrl: parseBaseUrl('https://api.example.com/v1'),
    send: async ({ segments }) => (segments[0] === 'api-quota' ? quota : monitors),
    clock: { now: () => nowMs },
    quotaReserve: { share: 0.2 },
  });
  return Object.fromEntries(
    findings.map(({ name, level, message, hint }) => [name, `${level}: ${message} | ${hint}`]),
  );
}

it('finds nothing wrong with an account that works', async () => {
  expect(await find(QUOTA)).toEqual({
    api: 'ok: https://api.example.com/v1 answers | null',
    clock: "ok: this clock is 0 s ahead of the API's | null",
    scope: 'ok: the token may read DMARC monitoring | null',
    quota: 'ok: 900 of 1,000 requests left today, 700 beyond the reserve | null',
  });
});

it.each([
  [
    'no network',
    failed('network', 'ECONNRESET'),
    MONITORS,
    'api',
    /^fail: https.* cannot be reached: ECONNRESET \| .*--api-url/,
  ],
  [
    'a strange certificate',
    { ...failed('tls', 'the certificate is not accepted'), hint: 'Give the CA.' },
    MONITORS,
    'api',
    /^fail: the certificate is not accepted \| Give the CA\.$/,
  ],
  ['a wrong token', answer(401), MONITORS, 'token', /^fail: the token is not valid \(status 401\) \| Check/],
  [
    'an address that is not allowed',
    answer(403, { message: 'No. #MS40305' }),
    MONITORS,
    'token',
    /^fail: the address of this machine is not on the allow-list/,
  ],
  [
    'no scope',
    QUOTA,
    answer(403, { message: 'No. #MS40301' }),
    'scope',
    /^fail: the token lacks the scope .*\| .*dmarc_monitoring_read/,
  ],
  ['a pause', QUOTA, answer(429), 'scope', /^warn: .*429/],
  ['a server that fails', QUOTA, answer(502), 'scope', /^fail: .*status 502/],
  ['another form of list', QUOTA, answer(200, { monitors: [] }), 'scope', /^fail: .*status 200/],
  ['an empty list without a body', QUOTA, answer(204), 'scope', /^ok/],
  ['a list that breaks off', QUOTA, failed('torn', 'torn'), 'scope', /^fail: .*torn/],
  ['no quota endpoint', answer(404), MONITORS, 'quota', /^warn: .*\| .*--max-requests/],
  [
    'a quota used up',
    answer(200, { quota: 1_000, remaining: 150 }),
    MONITORS,
    'quota',
    /^warn: 150 of 1,000 .*, 0 beyond/,
  ],
])('%s', async (_, quota, monitors, name, found) => {
  expect((await find(quota, monitors))[name]).toMatch(found);
});

it.each([
  [-90_000, /^warn: this clock is 90 s behind the API's \| Set it by NTP/],
  [-59_000, /^ok: this clock is 59 s behind/],
  [61_000, /^warn: this clock is 61 s ahead of/],
])('a clock that is %d ms off', async (offMs, found) => {
  expect((await find(QUOTA, MONITORS, NOW + offMs)).clock).toMatch(found);
  expect((await find(answer(401), MONITORS, NOW + offMs)).clock).toMatch(found);
});

it.each([
  [{}, 'https://a.example/v1', 'ok: none'],
  [
    { HTTPS_PROXY: 'http://u:secret@proxy.example:3128/' },
    'https://a.example/v1',
    'ok: http://proxy.example:3128 from HTTPS_PROXY',
  ],
  [
    { https_proxy: 'http://p.example', NO_PROXY: 'b.example' },
    'https://a.example/v1',
    'ok: http://p.example:80 from https_proxy, but for b.example',
  ],
  [{ HTTPS_PROXY: 'http://p.example' }, 'http://127.0.0.1:80/v1', 'ok: none: the API is on this machine'],
  [
    { https_proxy: '', HTTPS_PROXY: 'u:secret@proxy' },
    'https://a.example/v1',
    'ok: http://proxy:80 from HTTPS_PROXY',
  ],
  [{ HTTPS_PROXY: 'http://p.example', NO_PROXY: 'example' }, 'https://a.example/v1', 'ok: none'],
  [
    { ALL_PROXY: 'socks5://u:secret@s.example:1080' },
    'https://a.example/v1',
    'fail: the proxy cannot be used: ALL_PROXY is a SOCKS proxy (socks5://s.example:1080), and only http and https are known',
  ],
] as const)('the proxy of %j for %s', (environment, url, found) => {
  const { level, message } = checkProxy(parseBaseUrl(url), environment);
  expect(`${level}: ${message}`).toBe(found);
});
