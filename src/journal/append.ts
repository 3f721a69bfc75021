import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from '../errors.ts';
import { type FileSystem, nodeFileSystem, syncPath } from '../files.ts';
import { type AttemptFields, type FooterFields, type HeaderFields, JOURNAL_FORMAT } from './line.ts';

/** An open journal of this run. Whatever its promises resolved for is on the disk and will be read again. */
export interface JournalWriter {
  readonly path: string;
  /**
   * Appends an attempt, with the answer's own JSON text as its body, and resolves with its number when the line is on
   * the disk. Throws a DataError when it cannot be written; from then on every append does, and what is in the file
   * may end with a torn line.
   */
  append(attempt: AttemptFields, bodyText?: string): Promise<number>;
  /** Writes the footer and closes the file. Throws a DataError when that fails. */
  close(footer: FooterFields): Promise<void>;
  /** Closes the file without a footer, as if the run had been interrupted. Never throws. */
  abandon(): Promise<void>;
}

/**
 * Creates a journal of rights 0600 and writes its header; file, header and name are on the disk when it resolves.
 * Throws a DataError when the file exists or cannot be written.
 */
export async function openJournal(
  path: string,
  header: HeaderFields,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<JournalWriter> {
  const lines = new SyncedLines(path, await create(path, fileSystem));
  try {
    await lines.write(lineOf({ v: JOURNAL_FORMAT, type: 'header', ...header }));
    await syncPath(fileSystem, dirname(path));
  } catch (cause) {
    await lines.end();
    throw asDataError(path, cause);
  }
  return writerOf(path, lines);
}

function writerOf(path: string, lines: SyncedLines): JournalWriter {
  let seq = 0;
  return {
    path,
    async append(attempt, bodyText) {
      seq += 1;
      const own = seq;
      await lines.write(lineOf({ v: JOURNAL_FORMAT, seq: own, ...attempt }, bodyText));
      return own;
    },
    async close(footer) {
      await lines.write(lineOf({ v: JOURNAL_FORMAT, type: 'footer', ...footer })).finally(() => lines.end());
    },
    abandon: () => lines.end(),
  };
}

async function create(path: string, fileSystem: FileSystem): Promise<FileHandle> {
  try {
    return await fileSystem.open(path, 'wx', 0o600);
  } catch (cause) {
    throw asDataError(path, cause);
  }
}

/** One line of JSON; `bodyText` is embedded as it is, but for raw line breaks, which JSON allows only as white space. */
function lineOf(fields: object, bodyText?: string): string {
  const json = JSON.stringify(fields);
  if (bodyText === undefined) return `${json}\n`;
  return `${json.slice(0, -1)},"body":${bodyText.replaceAll(/[\r\n]/g, ' ')}}\n`;
}

function asDataError(path: string, cause: unknown): DataError {
  if (cause instanceof DataError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`the journal ${path} cannot be written: ${reason}`, { cause });
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: DataError) => void;
}

/** A file of lines, written in the order given; lines that come while a sync is under way share the next one. */
class SyncedLines {
  readonly #path: string;
  readonly #handle: FileHandle;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;
  #broken: DataError | null = null;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Resolves when the line is on the disk. A sync that failed once is not tried again: the page cache lies then. */
  write(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Closes the file when what was given is written; lines given later are refused. */
  async end(): Promise<void> {
    await this.#flushing;
    this.#broken ??= new DataError(`the journal ${this.#path} is closed`);
    await this.#handle.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const error = await this.#store(batch.map(({ line }) => line).join(''));
      for (const { resolve, reject } of batch) error === null ? resolve() : reject(error);
    }
    this.#flushing = null;
  }

  async #store(text: string): Promise<DataError | null> {
    if (this.#broken !== null) return this.#broken;
    try {
      await this.#handle.appendFile(text, 'utf8');
      await this.#handle.datasync();
      return null;
    } catch (cause) {
      this.#broken = asDataError(this.#path, cause);
      return this.#broken;
    }
  }
}
