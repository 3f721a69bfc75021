import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBody } from '../../src/extract/answer-body.ts';
import { readEncoding } from '../../src/extract/content-coding.ts';
import type { TransportAnswer } from '../../src/extract/transport.ts';

const TEXT = '{"data":[9007199254740993,"Zürich 電子"]}';
const MIB = 1024 * 1024;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(
  bytes: Uint8Array,
  encoding: string | undefined,
  { size = 7, maxBytes = MIB, headers = {} } = {},
): Promise<TransportAnswer> {
  const coding = encoding === undefined ? {} : { 'content-encoding': encoding };
  const bounds = { status: 200, headers: { ...headers, ...coding }, maxBytes };
  return readBody(inPieces(bytes, size), bounds);
}

const plain = Buffer.from(TEXT);

test.each([
  [undefined, plain],
  ['', plain],
  ['identity', plain],
  ['Identity', plain],
  ['utf-8', plain],
  ['UTF-8', plain],
  ['none', plain],
  ['gzip', gzipSync(plain)],
  ['GZIP', gzipSync(plain)],
  ['x-gzip', gzipSync(plain)],
  ['gzip, identity', gzipSync(plain)],
  [' identity,gzip , ', gzipSync(plain)],
  ['gzip', Buffer.concat([gzipSync(plain.subarray(0, 9)), gzipSync(plain.subarray(9))])],
  ['deflate', deflateSync(plain)],
  ['deflate', deflateRawSync(plain)],
  ['br', brotliCompressSync(plain)],
  ['deflate, gzip', gzipSync(deflateSync(plain))],
  ['gzip, deflate', deflateRawSync(gzipSync(plain))],
])('Content-Encoding %j is read', async (encoding, bytes) => {
  const headers = { 'content-length': String(bytes.length) };
  for (const size of [1, 7, 4096]) {
    const answer = await read(bytes, encoding, { size, headers });
    expect(answer).toMatchObject({ kind: 'answer', text: TEXT, bytes: bytes.length });
  }
});

test.each(['gzip', 'deflate', 'br', undefined])('%s of nothing is nothing', async (encoding) => {
  expect(await read(Buffer.alloc(0), encoding)).toMatchObject({ kind: 'answer', text: '', bytes: 0 });
});

test.each([
  ['zstd', plain, /encoded as zstd$/],
  ['gzip, gzip, gzip, gzip', plain, /encoded as gzip, gzip/],
  ['gzip', plain, /damaged gzip: incorrect header check/],
  ['br', plain, /damaged br: /],
  ['gzip', gzipSync(plain).subarray(0, -9), /damaged gzip: unexpected end/],
  ['br', brotliCompressSync(plain).subarray(0, -3), /damaged br: unexpected end/],
  ['deflate', deflateSync(plain).subarray(0, -5), /damaged deflate: unexpected end/],
  ['gzip', gzipSync(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/],
])('%s that cannot be unpacked is torn, and so asked for again', async (encoding, bytes, message) => {
  const answer = await read(bytes, encoding);
  expect(answer).toMatchObject({ kind: 'failure', reason: 'torn', message: expect.stringMatching(message) });
});

test('gzip cut or changed anywhere is never a text that was not sent', async () => {
  const packed = gzipSync(plain);
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      expect(await read(packed.subarray(0, at), 'gzip')).not.toMatchObject({
        text: expect.stringMatching(/./),
      });
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ change;
      const answer = await read(changed, 'gzip');
      if (answer.kind === 'answer') expect(answer.text).toBe(TEXT);
      else expect(answer.reason).toBe('torn');
    }),
  );
});

test('the length promised is that of the bytes sent', async () => {
  const packed = gzipSync(plain);
  const headers = { 'content-length': String(plain.length) };
  const answer = await read(packed, 'gzip', { headers });
  expect(answer).toMatchObject({ kind: 'failure', reason: 'torn', bytes: packed.length });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('%s that unpacks to more than fits ends at the limit, unread', async (encoding, pack) => {
  const fits = pack(Buffer.alloc(MIB, ' '));
  expect(await read(fits, encoding)).toMatchObject({ kind: 'answer', bytes: fits.length });
  const bomb = pack(Buffer.alloc(64 * MIB, ' '));
  let sent = 0;
  const body = (async function* () {
    for await (const piece of inPieces(bomb, 16)) {
      sent += piece.length;
      yield piece;
    }
  })();
  const bounds = { status: 200, headers: { 'content-encoding': encoding }, maxBytes: MIB };
  const answer = await readBody(body, bounds);
  expect(answer).toMatchObject({ reason: 'torn', message: `the answer is longer than ${MIB} bytes` });
  if (encoding !== 'br') expect(sent).toBeLessThan(bomb.length / 2);
});

test('packed bytes without end that unpack to nothing end at the limit', async () => {
  const empty = gzipSync('');
  const endless = (async function* () {
    for (;;) yield empty;
  })();
  const bounds = { status: 200, headers: { 'content-encoding': 'gzip' }, maxBytes: 10_000 };
  expect(await readBody(endless, bounds)).toMatchObject({ kind: 'failure', reason: 'torn' });
});

test('a body that breaks off throws what the network threw, packed or not', async () => {
  for (const encoding of ['identity', 'gzip']) {
    const body = (async function* () {
      yield gzipSync(plain).subarray(0, 12);
      throw new Error('ECONNRESET');
    })();
    const bounds = { status: 200, headers: { 'content-encoding': encoding }, maxBytes: MIB };
    await expect(readBody(body, bounds)).rejects.toThrow('ECONNRESET');
  }
});

test('codings are read in the order in which they were applied', () => {
  expect(readEncoding('Deflate, utf-8, X-GZIP')).toEqual({ codings: ['deflate', 'gzip'] });
});
