import { DuckDBInstance } from '@duckdb/node-api';
import { BusyError } from '../errors.ts';
import { type FileSystem, nodeFileSystem } from '../files.ts';
import { holderOf } from '../held-file.ts';

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
export async function takeLock(path: string, fileSystem: FileSystem = nodeFileSystem): Promise<RunLock> {
  if (heldByThisProcess.has(path)) throw busy(path, String(process.pid));
  heldByThisProcess.add(path);
  try {
    const instance = await openLock(path, fileSystem);
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

const DAMAGED = /not a valid DuckDB database|could not read enough bytes|checksum|corrupt|serialization/i;

/** A lock file that a kill or a power cut left half written is made whole again. */
async function openLock(path: string, fileSystem: FileSystem): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path);
  } catch (cause) {
    if (!DAMAGED.test((cause as Error).message)) throw cause;
    await rewrite(path, fileSystem);
    return DuckDBInstance.create(path);
  }
}

/** In place: the lock is on the file and not on its name, so a name that moved to another file would give two locks. */
async function rewrite(path: string, fileSystem: FileSystem): Promise<void> {
  const fresh = `${path}.new`;
  await fileSystem.rm(fresh, { force: true });
  (await DuckDBInstance.create(fresh)).closeSync();
  await fileSystem.copyFile(fresh, path);
  await fileSystem.rm(fresh);
}

function asBusy(path: string, cause: Error): Error {
  const holder = holderOf(cause);
  return holder === null ? cause : busy(path, holder.pid ?? 'unknown', cause);
}

function busy(path: string, pid: string, cause?: Error): BusyError {
  return new BusyError(`another run holds ${path}: process ${pid}`, {
    cause,
    hint: 'Wait until it has ended; the lock goes with the process.',
  });
}
