import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/extract/base-url.ts';
import { openTransport } from '../../src/extract/open-transport.ts';
import { Account } from '../run/night.ts';

const MIB = 1024 * 1024;
const LIMIT = 10 * MIB;
const CHUNK = Buffer.alloc(64 * 1024, 'x');
/** A gigabyte of blanks, in a megabyte. */
const BOMB = gzipSync(Buffer.alloc(1024 * MIB, ' '), { level: 9 });

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

interface Asked {
  readonly answer: unknown;
  /** What the other side could send before it was cut off. */
  readonly sentBytes: number;
  /** By how much the memory of this process grew at most. */
  readonly grownBytes: number;
}

/** Asks once, with the limits of a real run. */
async function ask(respond: RequestListener): Promise<Asked> {
  let sentBytes = 0;
  const server = createServer((request, response) => {
    request.socket.once('close', () => {
      sentBytes = request.socket.bytesWritten;
    });
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = parseBaseUrl(`http://127.0.0.1:${port}/v1`);
  const transport = openTransport({ baseUrl, token: 'mlsn.x', userAgent: 'test' });
  const memory = watchMemory();
  const answer = await transport.send({ method: 'GET', segments: ['dmarc-monitoring'] });
  await transport.close();
  const grownBytes = memory.stop();
  close = () => new Promise((resolve) => server.close(() => resolve()));
  await close();
  return { answer, sentBytes, grownBytes };
}

function watchMemory(): { stop(): number } {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 1);
  return {
    stop() {
      look();
      clearInterval(timer);
      return most - before;
    },
  };
}

describe('a body that is too much is refused with bounded memory', () => {
  it('without an end', async () => {
    const { answer, sentBytes, grownBytes } = await ask((_, response) => {
      const pump = () => {
        while (response.write(CHUNK));
      };
      response.on('drain', pump).on('error', () => undefined);
      pump();
    });
    expect(answer).toMatchObject({
      kind: 'failure',
      reason: 'torn',
      message: expect.stringContaining(String(LIMIT)),
    });
    expect(sentBytes).toBeGreaterThan(LIMIT);
    expect(sentBytes).toBeLessThan(2 * LIMIT);
    expect(grownBytes).toBeLessThan(100 * MIB);
  });

  it('compressed: of a gigabyte in a megabyte no more is unpacked than fits', async () => {
    const { answer, grownBytes } = await ask((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
    });
    expect(answer).toMatchObject({
      kind: 'failure',
      reason: 'torn',
      message: expect.stringContaining(String(LIMIT)),
    });
    expect(grownBytes).toBeLessThan(100 * MIB);
  });

  it('is exact: what just fits is read', async () => {
    const fits = Buffer.alloc(LIMIT, ' ');
    const { answer } = await ask((_, response) => response.end(fits));
    expect(answer).toMatchObject({ kind: 'answer', bytes: LIMIT });
    const over = await ask((_, response) => response.end(Buffer.concat([fits, CHUNK.subarray(0, 1)])));
    expect(over.answer).toMatchObject({ kind: 'failure', reason: 'torn' });
  });

  const deep = `${'['.repeat(1e6)}${']'.repeat(1e6)}`;

  it.each([
    ['too-big', 'partial'],
    ['gzip', 'ok'],
  ] as const)('and costs a run at most one IP: %s', async (fault, status) => {
    const account = await Account.open({ monitors: 1, ips: 4, days: 2, today: '2025-11-05' });
    close = () => account.close();
    const { report_records } = account.sandbox.truth();
    const [[id, ips] = ['', {}]] = Object.entries(report_records);
    const [bad = '', ...others] = Object.keys(ips);
    const path = `/report/${encodeURIComponent(bad)}`;
    account.sandbox.configure({ faultAt: (asked) => (asked.path.endsWith(path) ? fault : null) });
    const memory = watchMemory();
    const summary = await account.run();
    expect(memory.stop()).toBeLessThan(400 * MIB);
    expect(summary.status).toBe(status);
    const read = status === 'ok' ? [bad, ...others] : others;
    const stored = read.reduce((sum, ip) => sum + (report_records[id]?.[ip]?.length ?? 0), 0);
    expect(summary.rows.report_records).toBe(stored);
  });

  it('and nested a million levels deep: the answer is quarantined, the others are stored', async () => {
    const account = await Account.open({ monitors: 1, ips: 2, days: 2, today: '2025-11-05' });
    close = () => account.close();
    const body = `{"data":[${deep},{"id":"r1","deep":${deep}}],"links":{"next":null}}`;
    account.sandbox.configure({
      faultAt: ({ path }) => (path.includes('/report/') ? { status: 200, body } : null),
    });
    const summary = await account.run();
    expect(summary).toMatchObject({ status: 'ok', items: { quarantined: 4 } });
    expect(summary.rows.aggregated_reports).toBe(2);
  });
});
