import { DuckDBInstance } from '@duckdb/node-api';
import { BusyError } from '../errors.ts';

/** The right to write an out directory: a kernel lock, gone with the process however it ends. */
export interface RunLock {
  release(): void;
}

/** Kernel locks are held by a process, not by a handle, so the process itself must not take one twice. */
const heldByThisProcess = new Set<string>();

/**
 * Takes the lock by opening a tiny DuckDB file read-write. Throws BusyError at once, naming the process that holds it,
 * if another run does.
 */
export async function takeLock(path: string): Promise<RunLock> {
  if (heldByThisProcess.has(path)) throw busy(path, String(process.pid));
  heldByThisProcess.add(path);
  try {
    const instance = await DuckDBInstance.create(path);
    return {
      release() {
        instance.closeSync();
        heldByThisProcess.delete(path);
      },
    };
  } catch (cause) {
    heldByThisProcess.delete(path);
    throw asBusy(path, cause as Error);
  }
}

function asBusy(path: string, cause: Error): Error {
  if (!/conflicting lock/i.test(cause.message)) return cause;
  return busy(path, /\(PID (\d+)\)/.exec(cause.message)?.[1] ?? 'unknown', cause);
}

function busy(path: string, pid: string, cause?: Error): BusyError {
  return new BusyError(`another run holds ${path}: process ${pid}`, {
    cause,
    hint: 'Wait until it has ended; the lock goes with the process.',
  });
}
