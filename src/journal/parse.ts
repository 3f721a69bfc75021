import { DataError } from '../errors.ts';
import { type Attempt, isAttempt, JOURNAL_FORMAT, type JournalLine } from './line.ts';

/** Lines of a journal that follow each other, as they stand in the file. */
export interface LineGroup {
  /** Of the journal, for messages. */
  readonly path: string;
  /** Number of the first line, 1-based. */
  readonly firstLine: number;
  /** The lines, each with the line feed that ends it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LINE_FEED = 0x0a;

/**
 * The attempts of a group, one parsed at a time. Throws a DataError naming file and line for a line that is damaged, of
 * a newer format or no attempt: the last line of a journal, which may be torn, is never in a group unread.
 */
export function* parseAttempts({ path, firstLine, bytes }: LineGroup): Generator<Attempt> {
  // A Buffer finds a byte many times faster than a Uint8Array does.
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let number = firstLine;
  for (let start = 0; start < lines.length; number += 1) {
    const end = lines.indexOf(LINE_FEED, start);
    const line = parseLine(lines.subarray(start, end), path, number);
    if (line === null) throw damagedLine(path, number);
    if (!isAttempt(line))
      throw new DataError(`${path}, line ${number}: a header or footer among the attempts`);
    yield line;
    start = end + 1;
  }
}

/** Null if the bytes are no line of a journal. Throws a DataError for one of a newer format. */
export function parseLine(bytes: Uint8Array, path: string, number: number): JournalLine | null {
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || !('v' in value) || typeof value.v !== 'number')
    return null;
  if (value.v > JOURNAL_FORMAT) {
    throw new DataError(
      `${path}, line ${number}: format ${value.v}, this program reads up to ${JOURNAL_FORMAT}`,
      { hint: 'The journal was written by a newer version of this program: use that one.' },
    );
  }
  return isLineShaped(value) ? value : null;
}

export function damagedLine(path: string, number: number): DataError {
  return new DataError(`${path}, line ${number}: damaged, and not the last line`, {
    hint: 'The file was changed after it was written. Restore it from a backup, or move it away to go on without it.',
  });
}

function isLineShaped(value: object): value is JournalLine {
  if ('type' in value) return value.type === 'header' || value.type === 'footer';
  return 'seq' in value && typeof value.seq === 'number' && 'stream' in value && 'status' in value;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
