import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '../errors.ts';
import { type FileSystem, nodeFileSystem } from '../files.ts';
import { isFooter, isHeader, type JournalFooter, type JournalHeader, type JournalLine } from './line.ts';
import { damagedLine, LINE_FEED, type LineGroup, parseLine } from './parse.ts';
import { type ByteLine, splitLines } from './split-lines.ts';

export interface ReadJournalOptions {
  /** Called when the last line is torn: it never counted as received and is dropped. */
  readonly onTorn?: (lineNumber: number) => void;
  readonly fileSystem?: FileSystem;
}

/** A journal whose header is read. */
export interface JournalReader {
  readonly header: JournalHeader;
  /**
   * The lines of its attempts, to be read once. Throws what the file system throws, as it is, since that says nothing
   * of the journal, and a DataError for damaged compression. The file is closed at the end, or when it is left early.
   */
  readonly groups: AsyncIterable<LineGroup>;
  /** What the end of the file says; to be called when `groups` is exhausted. */
  end(): JournalEnd;
  /** Closes the file of a journal whose groups are not read. */
  close(): Promise<void>;
}

interface JournalEnd {
  /** Null if the run was interrupted. */
  readonly footer: JournalFooter | null;
  /** Lines read, header and footer included, a torn one not. */
  readonly lines: number;
}

/** Ending of a journal that was compressed. */
export const COMPRESSED_SUFFIX = '.gz';

/** A group ends with the line that makes it as large: larger ones make the heap of who transforms them grow by as much. */
const GROUP_BYTES = 512 * 1024;

/** What is unpacked at once: a whole answer and more. */
const UNZIPPED_BYTES = 256 * 1024;

/**
 * Opens a journal, plain or gzipped; null if it has no whole header, so that nothing was received. Throws a DataError
 * for a file that does not begin as a journal does, and what reading throws.
 */
export async function openReader(
  path: string,
  { onTorn, fileSystem = nodeFileSystem }: ReadJournalOptions = {},
): Promise<JournalReader | null> {
  const lines = splitLines(await openBytes(path, fileSystem));
  const close = async () => void (await lines.return(undefined));
  try {
    const header = await readHeader(path, lines, onTorn);
    if (header === null) return null;
    const end = { footer: null, lines: 1 };
    return { header, groups: readGroups(path, lines, end, onTorn), end: () => end, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readHeader(
  path: string,
  lines: AsyncGenerator<ByteLine>,
  onTorn: ReadJournalOptions['onTorn'],
): Promise<JournalHeader | null> {
  const { value: first } = await lines.next();
  if (first === undefined) return null;
  const header = parseWhole(path, first);
  if (header === null) {
    if ((await lines.next()).done !== true) throw damagedLine(path, first.number);
    onTorn?.(first.number);
    return null;
  }
  if (!isHeader(header)) throw new DataError(`${path} does not begin with a journal header`);
  return { ...header, quota_before: notBelowZero(header.quota_before) };
}

/** A count that earlier versions wrote as the API told it, below zero too. */
function notBelowZero(count: number | null): number | null {
  return count === null ? null : Math.max(0, count);
}

/**
 * Lines are grouped as they are, but for the end of the file: the last line can be torn, and the last whole one a footer.
 * Two lines are held back, so that neither is in a group unread.
 */
async function* readGroups(
  path: string,
  lines: AsyncGenerator<ByteLine>,
  end: { footer: JournalFooter | null; lines: number },
  onTorn: ReadJournalOptions['onTorn'],
): AsyncGenerator<LineGroup> {
  const held: ByteLine[] = [];
  let bytes = 0;
  const take = (count: number): LineGroup => {
    end.lines += count;
    bytes = 0;
    return joinLines(path, held.splice(0, count));
  };
  for await (const line of lines) {
    if (bytes >= GROUP_BYTES && held.length > 1) yield take(held.length - 1);
    held.push(line);
    bytes += line.bytes.length;
  }
  const lastLine = () => parseWhole(path, held.at(-1));
  if (held.length > 0 && lastLine() === null) {
    const torn = held.pop();
    if (torn !== undefined) onTorn?.(torn.number);
  }
  const last = lastLine();
  if (last !== null && isFooter(last)) {
    held.pop();
    end.footer = { ...last, quota_after: notBelowZero(last.quota_after) };
    end.lines += 1;
  }
  if (held.length > 0) yield take(held.length);
}

/** Null if there is no line, or it is torn or damaged. */
function parseWhole(path: string, line: ByteLine | undefined): JournalLine | null {
  return line?.isWhole ? parseLine(line.bytes, path, line.number) : null;
}

function joinLines(path: string, lines: readonly ByteLine[]): LineGroup {
  const size = lines.reduce((sum, line) => sum + line.bytes.length + 1, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const line of lines) {
    bytes.set(line.bytes, at);
    at += line.bytes.length + 1;
    bytes[at - 1] = LINE_FEED;
  }
  return { path, firstLine: lines[0]?.number ?? 0, bytes };
}

async function openBytes(path: string, fileSystem: FileSystem): Promise<AsyncIterable<Buffer>> {
  const handle = await fileSystem.open(path, 'r');
  const stream: Readable = handle.createReadStream();
  return readable(path, path.endsWith(COMPRESSED_SUFFIX) ? unzip(stream) : stream);
}

function unzip(stream: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: UNZIPPED_BYTES });
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
