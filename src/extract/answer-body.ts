import { type Coding, decode, readEncoding } from './content-coding.ts';
import { type AnswerHeaders, failed, type TransportAnswer } from './transport.ts';

/** What is expected of a body. */
export interface BodyBounds {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly maxBytes: number;
}

/**
 * Reads a body to its end, unpacked if it is packed, never holding more than `maxBytes`: an answer, or a torn one for a
 * Content-Encoding that is not known, damaged compression, a body over the limit (as sent or unpacked), one shorter or
 * longer than its Content-Length, or one that is not UTF-8. Throws what the stream throws. The stream may be left
 * unread: the caller destroys it.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { status, headers, maxBytes }: BodyBounds,
): Promise<TransportAnswer> {
  const encoding = readEncoding(headers['content-encoding']);
  if ('undecodable' in encoding)
    return failed('torn', `the answer is encoded as ${printable(encoding.undecodable)}`);
  const wire: Wire = { bytes: 0, hasFailed: false };
  const chunks = await unpack(count(body, wire, maxBytes), encoding.codings, maxBytes).catch((error) => {
    if (wire.hasFailed) throw error;
    return error as Error;
  });
  const torn = (reason: string) => failed('torn', reason, wire.bytes);
  if (chunks === null || wire.bytes > maxBytes) return torn(`the answer is longer than ${maxBytes} bytes`);
  if (chunks instanceof Error) {
    return torn(`the answer is damaged ${encoding.codings.join(', ')}: ${printable(chunks.message)}`);
  }
  const expected = headers['content-length'];
  if (expected !== undefined && Number(expected) !== wire.bytes) {
    return torn(`the answer has ${wire.bytes} bytes and promised ${printable(expected)}`);
  }
  const text = decodeUtf8(chunks);
  if (text === null) return torn('the answer is not UTF-8');
  return { kind: 'answer', status, headers, text, bytes: wire.bytes };
}

/** What came over the network. */
interface Wire {
  bytes: number;
  /** Whether it broke off: an error is of the network then, and not of what was sent. */
  hasFailed: boolean;
}

/** Passes chunks on and counts them; the one with which they are too many ends them. */
async function* count(
  body: AsyncIterable<Uint8Array>,
  wire: Wire,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      wire.bytes += chunk.length;
      if (wire.bytes > maxBytes) return;
      yield chunk;
    }
  } catch (error) {
    wire.hasFailed = true;
    throw error;
  }
}

/** Null if there is more than `maxBytes`. */
async function unpack(
  body: AsyncIterable<Uint8Array>,
  codings: readonly Coding[],
  maxBytes: number,
): Promise<Uint8Array[] | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decode(body, codings)) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return chunks;
}

function decodeUtf8(chunks: readonly Uint8Array[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

/** A text of the other side, short and without control characters, fit for a message. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, 200);
}
