import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '../errors.ts';
import { type FileSystem, nodeFileSystem } from '../files.ts';
import { JOURNAL_FORMAT, type JournalLine } from './line.ts';
import { type ByteLine, splitLines } from './split-lines.ts';

export interface ReadJournalOptions {
  /** Called when the last line is torn: it never counted as received and is dropped. */
  readonly onTorn?: (lineNumber: number) => void;
  readonly fileSystem?: FileSystem;
}

/** Ending of a journal that was compressed. */
export const COMPRESSED_SUFFIX = '.gz';

/**
 * The lines of a journal, plain or gzipped, one in memory at a time. Reads every format up to {@link JOURNAL_FORMAT}.
 * Throws a DataError naming file and line for a newer format, for a damaged line that is not the last and for damaged
 * compression; what the file system throws comes through as it is, since it says nothing of the journal.
 */
export async function* readJournal(
  path: string,
  options: ReadJournalOptions = {},
): AsyncGenerator<JournalLine> {
  let damaged: ByteLine | null = null;
  for await (const line of splitLines(await openBytes(path, options.fileSystem ?? nodeFileSystem))) {
    if (damaged !== null) throw damagedLine(path, damaged.number);
    const read = line.isWhole ? parseLine(line, path) : null;
    if (read === null) damaged = line;
    else yield read;
  }
  if (damaged !== null) options.onTorn?.(damaged.number);
}

async function openBytes(path: string, fileSystem: FileSystem): Promise<AsyncIterable<Buffer>> {
  const handle = await fileSystem.open(path, 'r');
  const stream: Readable = handle.createReadStream();
  return readable(path, path.endsWith(COMPRESSED_SUFFIX) ? unzip(stream) : stream);
}

function unzip(stream: Readable): Readable {
  const gunzip = createGunzip();
  stream.once('error', (error) => gunzip.destroy(error));
  gunzip.once('close', () => stream.destroy());
  return stream.pipe(gunzip);
}

async function* readable(path: string, stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw new DataError(`the journal ${path} cannot be read: ${(cause as Error).message}`, { cause });
  } finally {
    stream.destroy();
  }
}

/** Null if the bytes are no line of a journal. Throws for one of a newer format. */
function parseLine(line: ByteLine, path: string): JournalLine | null {
  const value = parseJson(line.bytes);
  if (typeof value !== 'object' || value === null || !('v' in value) || typeof value.v !== 'number')
    return null;
  if (value.v > JOURNAL_FORMAT) {
    throw new DataError(
      `${path}, line ${line.number}: format ${value.v}, this program reads up to ${JOURNAL_FORMAT}`,
      { hint: 'The journal was written by a newer version of this program: use that one.' },
    );
  }
  return isLineShaped(value) ? value : null;
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

function damagedLine(path: string, number: number): DataError {
  return new DataError(`${path}, line ${number}: damaged, and not the last line`, {
    hint: 'The file was changed after it was written. Restore it from a backup, or move it away to go on without it.',
  });
}
