import { type AnswerHeaders, failed, type TransportAnswer } from './transport.ts';

/** What is expected of a body. */
export interface BodyBounds {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly maxBytes: number;
}

/**
 * Reads a body to its end, never holding more than `maxBytes`: an answer, or a torn one for a Content-Encoding, a
 * body over the limit, one shorter or longer than its Content-Length, or one that is not UTF-8. Throws what the
 * stream throws. The stream may be left unread: the caller destroys it.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  bounds: BodyBounds,
): Promise<TransportAnswer> {
  const { status, headers, maxBytes } = bounds;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return failed('torn', `the answer is encoded as ${printable(encoding)}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return failed('torn', `the answer is longer than ${maxBytes} bytes`, bytes);
    chunks.push(chunk);
  }
  const expected = headers['content-length'];
  if (expected !== undefined && Number(expected) !== bytes) {
    return failed('torn', `the answer has ${bytes} bytes and promised ${printable(expected)}`, bytes);
  }
  const text = decode(chunks);
  if (text === null) return failed('torn', 'the answer is not UTF-8', bytes);
  return { kind: 'answer', status, headers, text, bytes };
}

function decode(chunks: readonly Uint8Array[]): string | null {
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
