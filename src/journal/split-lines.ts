import { DataError } from '../errors.ts';
import { LINE_FEED } from './parse.ts';

/** A line as it stands in the file, without its line feed. */
export interface ByteLine {
  /** 1-based. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Whether a line feed ends it. */
  readonly isWhole: boolean;
}

/** Longest line that is read: an answer of 10 MiB and what is said about it, with room to spare. */
const LARGEST_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Splits a stream of bytes at line feeds and holds one line at a time. A rest without a line feed comes last, not
 * whole. Throws a DataError for a line over 64 MiB.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<ByteLine> {
  let number = 1;
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield { number, bytes: join(rest, chunk.subarray(start, end)), isWhole: true };
      number += 1;
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    refuseHuge(rest, number);
  }
  if (rest.length > 0) yield { number, bytes: Buffer.concat(rest), isWhole: false };
}

function join(rest: readonly Buffer[], last: Buffer): Buffer {
  return rest.length === 0 ? last : Buffer.concat([...rest, last]);
}

function refuseHuge(rest: readonly Buffer[], number: number): void {
  let bytes = 0;
  for (const part of rest) bytes += part.length;
  if (bytes > LARGEST_LINE_BYTES) throw new DataError(`journal line ${number} is longer than 64 MiB`);
}
