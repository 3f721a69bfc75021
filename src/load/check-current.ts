import type { FileSystem } from '../files.ts';
import { outDirectory } from './out-directory.ts';
import { verifyVersion } from './verify.ts';
import { requireCurrentVersion } from './versions.ts';

/** A published version of which every file and row was verified. */
export interface CheckedVersion {
  readonly version_dir: string;
  readonly run_id: string;
  readonly files: number;
  /** Table → rows. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Verifies the version that is published in an out directory: every file, and that DuckDB, Parquet and manifest hold the
 * same rows. Throws ConfigurationError if nothing is published, CheckError naming the first thing that is wrong, and
 * BusyError if another program has the database open for writing.
 */
export async function checkCurrent(fileSystem: FileSystem, out: string): Promise<CheckedVersion> {
  const version_dir = await requireCurrentVersion(fileSystem, outDirectory(out));
  const { run_id, files, tables } = await verifyVersion(fileSystem, version_dir);
  return { version_dir, run_id, files: files.length, rows: tables };
}
