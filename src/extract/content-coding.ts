import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** Codings that are registered, and that this program does not decode. */
const UNDECODED: readonly string[] = ['compress', 'x-compress', 'zstd', 'dcb', 'dcz'];

/** More than this were never meant to be read. */
const MOST_CODINGS = 3;

export type Coding = 'gzip' | 'deflate' | 'br';

/** What a Content-Encoding says: the codings in the order in which they were applied, or one that cannot be decoded. */
export type Encoding = { readonly codings: readonly Coding[] } | { readonly undecodable: string };

/**
 * Reads a Content-Encoding (RFC 9110, section 8.4): a list of names in any case. A name that is no coding (`identity`,
 * or `utf-8`, which some servers send) stands for none.
 */
export function readEncoding(header: string | undefined): Encoding {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase());
  const undecodable = names.find((name) => UNDECODED.includes(name));
  if (undecodable !== undefined) return { undecodable };
  const codings = names.map(codingOf).filter((coding) => coding !== null);
  return codings.length > MOST_CODINGS ? { undecodable: codings.join(', ') } : { codings };
}

function codingOf(name: string): Coding | null {
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  return name === 'deflate' || name === 'br' ? name : null;
}

/**
 * The bytes before the codings were applied, unpacked as they are wanted; no bytes stay none. Throws what the body throws,
 * and what zlib throws for damaged compression.
 */
export function decode(
  body: AsyncIterable<Uint8Array>,
  codings: readonly Coding[],
): AsyncIterable<Uint8Array> {
  return codings.toReversed().reduce(unpack, body);
}

async function* unpack(packed: AsyncIterable<Uint8Array>, coding: Coding): AsyncGenerator<Uint8Array> {
  const rest = packed[Symbol.asyncIterator]();
  const { value: first, done } = await rest.next();
  if (done) return;
  const decoder = decoderOf(coding, first);
  // An error reaches the reader of the decoder; pipeline ends the other streams.
  pipeline(Readable.from(rejoin(first, rest), { objectMode: false }), decoder, () => undefined);
  yield* decoder as AsyncIterable<Uint8Array>;
}

async function* rejoin(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function decoderOf(coding: Coding, first: Uint8Array): Transform {
  if (coding === 'gzip') return createGunzip();
  if (coding === 'br') return createBrotliDecompress();
  // Some servers send deflate without the zlib header that the standard asks for: there the method is 8.
  return ((first[0] ?? 8) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
