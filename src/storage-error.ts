import { DataError, EtlError, PublishError } from './errors.ts';
import { machineFault } from './machine-fault.ts';

/** How DuckDB's errors begin that files, space or memory cause; the others are faults of ours. */
const DUCKDB_STORAGE =
  /^(IO|FATAL|Fatal|TransactionContext|Out of Memory|Serialization|Permission|Invalidated) Error\b|database has been invalidated/;

/**
 * An error of the file system or of DuckDB's files in our own words, to be thrown instead of it: a PublishError if what
 * failed was publishing, else a DataError. Every other error comes back as it is.
 */
export function asStorageError(error: unknown, doing: 'publish' | 'run', where: string): unknown {
  if (!(error instanceof Error) || error instanceof EtlError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isOfFiles = code !== undefined && syscall !== undefined;
  if (!isOfFiles && !DUCKDB_STORAGE.test(error.message)) return error;
  const details = { cause: error, hint: machineFault(error)?.hint ?? hintFor(`${code} ${error.message}`) };
  return doing === 'publish'
    ? new PublishError(`the new version in ${where} cannot be completed: ${error.message}`, details)
    : new DataError(`${where} cannot be used: ${error.message}`, details);
}

function hintFor(text: string): string {
  const kept = 'what was published stays, and the next run goes on from what was received.';
  if (/ENOSPC|EDQUOT|no space left|quota exceeded/i.test(text)) return `Make room on the disk: ${kept}`;
  if (/EACCES|EPERM|EROFS|permission denied|read-only file system/i.test(text))
    return `Let this user write there: ${kept}`;
  if (/out of memory/i.test(text)) return `Allow more with --memory-limit: ${kept}`;
  return `Look after the disk: ${kept}`;
}
