import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { parseBaseUrl } from '../../src/extract/base-url.ts';
import { DEFAULT_TIMEOUTS, openTransport, type TransportOptions } from '../../src/extract/open-transport.ts';
import type { TransportAnswer, TransportRequest } from '../../src/extract/transport.ts';
import { answerJson, type Script, type ScriptedServer, startServer } from './scripted-server.ts';

const TOKEN = 'mlsn.0123456789abcdef-secret';
const GET: TransportRequest = {
  method: 'GET',
  segments: ['dmarc-monitoring'],
  query: { page: '1', limit: '100' },
};

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

interface Sent {
  readonly answer: TransportAnswer;
  readonly server: ScriptedServer;
}

async function send(
  script: Script,
  request: TransportRequest = GET,
  options: Partial<TransportOptions> = {},
): Promise<Sent> {
  const server = await startServer(script);
  const transport = openTransport({
    baseUrl: parseBaseUrl(server.url),
    token: TOKEN,
    userAgent: 'dmarc-etl/0',
    ...options,
  });
  open.push(server, transport);
  return { answer: await transport.send(request), server };
}

test('a request is sent as it should be, and its answer comes whole', async () => {
  const text = '{"data":[9007199254740993,"ü"]}';
  const { answer, server } = await send((_, response) =>
    response.writeHead(200, { 'X-Ratelimit-Limit': '60' }).end(text),
  );
  expect(answer).toMatchObject({ kind: 'answer', status: 200, text, bytes: Buffer.byteLength(text) });
  expect(answer.kind === 'answer' && answer.headers['x-ratelimit-limit']).toBe('60');
  expect(server.requests).toEqual([
    expect.objectContaining({
      method: 'GET',
      url: '/v1/dmarc-monitoring?page=1&limit=100',
      headers: expect.objectContaining({
        accept: 'application/json',
        'accept-encoding': 'identity',
        authorization: `Bearer ${TOKEN}`,
        'user-agent': 'dmarc-etl/0',
      }),
    }),
  ]);
});

test.each(['POST', 'PUT', 'DELETE'] as const)('%s sends JSON', async (method) => {
  let received = '';
  const { answer } = await send(
    (_, response, body) => {
      received = body;
      response.writeHead(204).end();
    },
    { method, segments: ['dmarc-monitoring'], json: { domain_id: 'd' } },
  );
  expect(answer).toMatchObject({ kind: 'answer', status: 204, text: '' });
  expect(received).toBe('{"domain_id":"d"}');
});

test('a redirect is an answer, and never followed', async () => {
  const other = await startServer((_, response) => answerJson(response, 200, { data: [] }));
  open.push(other);
  const { answer, server } = await send((_, response) =>
    response.writeHead(302, { location: other.url }).end(),
  );
  expect(answer).toMatchObject({ kind: 'answer', status: 302 });
  expect(server.requests.length).toBe(1);
  expect(other.requests).toEqual([]);
});

test('gzip that nobody asked for is unpacked', async () => {
  const packed = gzipSync('{"data":[]}');
  const { answer } = await send((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
  );
  expect(answer).toMatchObject({ kind: 'answer', text: '{"data":[]}', bytes: packed.length });
});

const chunk = Buffer.alloc(64 * 1024, 0x20);

test.each<[string, Script, string]>([
  [
    'gzip that is damaged',
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"data":[]}'),
    'torn',
  ],
  [
    'gzip cut off',
    (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('{"data":[]}').subarray(0, 20));
      setTimeout(() => response.destroy(), 20);
    },
    'network',
  ],
  [
    'a body shorter than promised',
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"data":');
      setTimeout(() => response.destroy(), 20);
    },
    'network',
  ],
  [
    'a chunked body cut off',
    (_, response) => {
      response.writeHead(200).write('{"data":[');
      setTimeout(() => response.destroy(), 20);
    },
    'network',
  ],
  ['a body that is not UTF-8', (_, response) => response.end(Buffer.from([0x22, 0xff, 0x22])), 'torn'],
  [
    'a body without an end',
    (_, response) => {
      const pump = () => {
        while (response.write(chunk));
      };
      response.on('drain', pump).on('error', () => undefined);
      pump();
    },
    'torn',
  ],
  ['a connection that is reset', (request) => request.socket.resetAndDestroy(), 'network'],
])('%s is no answer', async (_, script, reason) => {
  const { answer } = await send(script, GET, { maxBodyBytes: 1024 * 1024 });
  expect(answer).toMatchObject({ kind: 'failure', reason });
});

const quick = { ...DEFAULT_TIMEOUTS, headersMs: 300, bodyMs: 300, totalMs: 100 };

test.each<[string, Script]>([
  ['headers that do not come', () => undefined],
  [
    'a body that drips',
    (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('%s end in a time-out', async (_, script) => {
  const { answer } = await send(script, GET, { timeouts: quick });
  expect(answer).toMatchObject({ kind: 'failure', reason: 'timeout' });
});

test('a request that is dropped says so', async () => {
  const stop = new AbortController();
  const { answer } = await send(() => stop.abort(), { ...GET, signal: stop.signal });
  expect(answer).toMatchObject({ kind: 'failure', reason: 'dropped' });
});

test('nobody listening is a failure that names the address', async () => {
  const server = await startServer(() => undefined);
  await server.close();
  const transport = openTransport({ baseUrl: parseBaseUrl(server.url), token: TOKEN, userAgent: 'x' });
  open.push(transport);
  expect(await transport.send(GET)).toMatchObject({
    kind: 'failure',
    reason: 'unreached',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('the token is in no answer, even where the other side echoes it', async () => {
  const { answer } = await send((request, response) =>
    answerJson(response, 401, { message: request.headers.authorization }),
  );
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
  expect(answer).toMatchObject({ status: 401, text: '{"message":"Bearer [token]"}' });
});

test.each(['mlsn.a b', 'mlsn.\n', 'mlsn.ü', ''])(
  'a token that no header can hold is refused, unseen: %j',
  (token) => {
    const openWith = () =>
      openTransport({ baseUrl: parseBaseUrl('http://127.0.0.1:1/v1'), token, userAgent: 'x' });
    expect(openWith).toThrow(ConfigurationError);
    if (token !== '') expect(openWith).not.toThrow(new RegExp(token.slice(5)));
  },
);

test('a segment that is empty is a bug, and nothing is sent', async () => {
  const server = await startServer((_, response) => answerJson(response, 200, {}));
  const transport = openTransport({ baseUrl: parseBaseUrl(server.url), token: TOKEN, userAgent: 'x' });
  open.push(server, transport);
  await expect(transport.send({ method: 'GET', segments: ['m', 'report', ''] })).rejects.toThrow(TypeError);
  expect(server.requests).toEqual([]);
});

/** A proxy that answers every CONNECT so, and what it was asked. */
async function startProxy(answer: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer().on('connect', ({ url = '', headers }, socket) => {
    asked.push(`${url} ${headers['proxy-authorization'] ?? ''}`.trim());
    socket.end(`HTTP/1.1 ${answer}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
  return { url: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

function sendThrough(environment: Readonly<Record<string, string>>): Promise<TransportAnswer> {
  const baseUrl = parseBaseUrl('https://api.example/v1');
  const transport = openTransport({ baseUrl, token: TOKEN, userAgent: 'x', environment });
  open.push(transport);
  return transport.send(GET);
}

test.each([
  ['407 Proxy Authentication Required', 'proxy', 'does not take its user and password (status 407)'],
  ['403 Forbidden', 'proxy', 'refuses the connection to https://api.example (status 403)'],
  ['502 Bad Gateway', 'unreached', 'cannot reach https://api.example (status 502)'],
])('a proxy that answers %s is named, without its password', async (status, reason, told) => {
  const { url, asked } = await startProxy(status);
  const answer = await sendThrough({ https_proxy: '', HTTPS_PROXY: `http://u:secret@${url}` });
  expect(asked).toEqual([`api.example:443 Basic ${Buffer.from('u:secret').toString('base64')}`]);
  expect(answer).toMatchObject({ kind: 'failure', reason });
  expect(answer).toMatchObject({ message: `the proxy http://${url} (HTTPS_PROXY) ${told}` });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test('a proxy is taken without a scheme, and from ALL_PROXY', async () => {
  const { url, asked } = await startProxy('502 Bad Gateway');
  await sendThrough({ ALL_PROXY: url });
  expect(asked).toEqual(['api.example:443']);
});

test('a proxy where nobody listens is named', async () => {
  const answer = await sendThrough({ https_proxy: 'http://u:secret@127.0.0.1:9' });
  expect(answer).toMatchObject({
    reason: 'unreached',
    message: expect.stringMatching(
      /^cannot reach the proxy http:\/\/127\.0\.0\.1:9 \(https_proxy\): connection refused/,
    ),
  });
});

test('an API on this machine needs no proxy', async () => {
  const { url, asked } = await startProxy('502 Bad Gateway');
  const environment = { HTTPS_PROXY: url, HTTP_PROXY: url, ALL_PROXY: url };
  const { answer } = await send((_, response) => answerJson(response, 200, { data: [] }), GET, {
    environment,
  });
  expect(answer).toMatchObject({ status: 200 });
  expect(asked).toEqual([]);
});

test('the token is not told where a redirect echoes it', async () => {
  const location = `https://other.example/${TOKEN}`;
  const { answer } = await send((_, response) => response.writeHead(302, { location }).end());
  expect(answer).toMatchObject({ headers: { location: 'https://other.example/[token]' } });
});
