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

test('a proxy is used for an API that is not on this machine', async () => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const transport = openTransport({
    baseUrl: parseBaseUrl('https://api.example/v1'),
    token: TOKEN,
    userAgent: 'x',
  });
  if (before === undefined) delete process.env.HTTPS_PROXY;
  else process.env.HTTPS_PROXY = before;
  open.push(transport, { close: () => new Promise((resolve) => proxy.close(() => resolve())) });
  expect(await transport.send(GET)).toMatchObject({ kind: 'failure' });
  expect(asked).toEqual(['api.example:443']);
});
