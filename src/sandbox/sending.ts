import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { FaultKind } from './faults.ts';

/** A complete answer as bytes. */
export interface WholeAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const HTML = Buffer.from('<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>\n');
const CHUNK = Buffer.alloc(65_536, 'x');

/** Sends an answer whole. */
export function sendWhole(response: ServerResponse, { status, headers, body }: WholeAnswer): void {
  const length = status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

/** The faults that spoil a right answer on its way; the others are answers of their own. */
export const SPOILED = [
  'torn',
  'truncated-json',
  'slow',
  'empty',
  'html',
  'gzip',
  'not-utf8',
  'too-big',
] as const;

/** How an answer is spoiled. */
export type Spoiling = (typeof SPOILED)[number];

/** Whether a fault spoils the right answer. */
export function isSpoiling(kind: FaultKind): kind is Spoiling {
  return (SPOILED as readonly string[]).includes(kind);
}

/** Sends a right answer in a wrong way. `slowMs` are real milliseconds between headers and body. */
export function sendSpoiled(
  response: ServerResponse,
  answer: WholeAnswer,
  kind: Spoiling,
  slowMs: number,
  chunked: boolean,
): void {
  const { body, headers } = answer;
  const sendBody = (bytes: Buffer, more: Record<string, string> = {}) =>
    sendWhole(response, { ...answer, headers: { ...headers, ...more }, body: bytes });
  if (kind === 'torn') sendTorn(response, answer, chunked);
  else if (kind === 'truncated-json') sendBody(body.subarray(0, Math.floor(body.length * 0.7)));
  else if (kind === 'slow') sendSlowly(response, answer, slowMs);
  else if (kind === 'empty') sendBody(Buffer.alloc(0));
  else if (kind === 'html') sendBody(HTML, { 'content-type': 'text/html; charset=utf-8' });
  else if (kind === 'gzip') sendBody(gzipSync(body), { 'content-encoding': 'gzip' });
  else if (kind === 'not-utf8') sendBody(withBrokenText(body));
  else sendEndless(response, answer);
}

/** The page that a CDN shows instead of the API. */
export function htmlAnswer(status: number, headers: Record<string, string>): WholeAnswer {
  return { status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body: HTML };
}

/** Half a body, then the connection breaks: before its announced length, or in the middle of its chunks. */
function sendTorn(response: ServerResponse, { status, headers, body }: WholeAnswer, chunked: boolean): void {
  const length = chunked ? {} : { 'content-length': String(body.length + 1) };
  response.writeHead(status, { ...headers, ...length });
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
}

function sendSlowly(response: ServerResponse, { status, headers, body }: WholeAnswer, slowMs: number): void {
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.flushHeaders();
  const timer = setTimeout(() => response.end(body), slowMs);
  response.once('close', () => clearTimeout(timer));
}

/** The body with the first byte inside its first text made one that UTF-8 never has. */
function withBrokenText(body: Buffer): Buffer {
  const broken = Buffer.from(body);
  const quote = broken.indexOf('"');
  if (quote >= 0 && quote + 1 < broken.length) broken[quote + 1] = 0xff;
  return broken;
}

/** A JSON text that goes on until the client has enough. */
function sendEndless(response: ServerResponse, { status, headers }: WholeAnswer): void {
  response.writeHead(status, headers);
  response.write('{"data":["');
  const more = () => {
    while (!response.destroyed && response.write(CHUNK)) {
      // until the client's buffer is full
    }
  };
  response.on('drain', more);
  more();
}
