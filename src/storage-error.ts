import { DataError, EtlError, PublishError } from './errors.ts';
import { asHeld, holderOf } from './held-file.ts';
import { machineFault } from './machine-fault.ts';

/** How DuckDB's errors begin that files, space or memory cause; the others are faults of ours. */
const DUCKDB_STORAGE =
  /^(IO|FATAL|Fatal|TransactionContext|Out of Memory|Serialization|Permission|Invalidated) Error\b|database has been invalidated/;

/**
 * An error of the file system or of DuckDB's files in our own words, to be thrown instead of it: a BusyError if another
 * program holds a database, a PublishError if what failed was publishing, else a DataError. Every other error comes back
 * as it is.
 */
export function asStorageError(error: unknown, doing: 'publish' | 'run', where: string): unknown {
  if (!(error instanceof Error) || error instanceof EtlError) return error;
  const held = asHeld(holderOf(error)?.path ?? where, error);
  if (held !== null) return held;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isOfFiles = code !== undefined && syscall !== undefined;
  if (!isOfFiles && !DUCKDB_STORAGE.test(error.message)) return error;
  const details = { cause: error, hint: hintFor(error) };
  return doing === 'publish'
    ? new PublishError(`the new version in ${where} cannot be completed: ${error.message}`, details)
    : new DataError(`${where} cannot be used: ${error.message}`, details);
}

const KEPT = 'what was published stays, and the next run goes on from what was received.';

/** What Node's code and the message may say → what to do; the first that is met counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|EDQUOT|no space left|quota exceeded/i,
    'Make room on the disk (`df -h` and `df -i` tell how much is free, `dmarc-etl doctor` how much a run needs)',
  ],
  [/EACCES|EPERM|EROFS|permission denied|read-only file system/i, 'Let this user write there'],
  [/out of memory/i, 'Allow more with --memory-limit'],
];

function hintFor(error: NodeJS.ErrnoException): string {
  const text = `${error.code} ${error.message}`;
  const [, known = 'Look after the disk'] = HINTS.find(([pattern]) => pattern.test(text)) ?? [];
  const advice = machineFault(error)?.hint.replace(/\.$/, '') ?? known;
  return `${advice}: ${KEPT}`;
}
