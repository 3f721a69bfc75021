import { BusyError } from './errors.ts';

/** Who holds a database file. */
export interface Holder {
  readonly path: string | undefined;
  readonly pid: string | undefined;
  readonly program: string | undefined;
}

/** Who holds the file that DuckDB could not open, as far as it knows; null if that is not what the error tells. */
export function holderOf(error: unknown): Holder | null {
  if (!(error instanceof Error) || !/conflicting lock/i.test(error.message)) return null;
  const part = (pattern: RegExp) => pattern.exec(error.message)?.[1];
  return {
    path: part(/on file "([^"]*)"/),
    pid: part(/\(PID (\d+)\)/),
    program: part(/held in (.*?) \(PID/),
  };
}

/** The error in our own words if another program holds the published database `path` for writing, else null. */
export function asHeld(path: string, cause: unknown): BusyError | null {
  const holder = holderOf(cause);
  if (holder === null) return null;
  const { pid, program } = holder;
  const who = pid === undefined ? 'another program' : `process ${pid}`;
  const named = program === undefined ? who : `${who} (${program})`;
  return new BusyError(`${path} is held open for writing by ${named}`, {
    cause,
    hint: 'Close it there, or open it read-only there; who has to write takes a copy of the file.',
  });
}
