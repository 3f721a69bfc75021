import { constants } from 'node:fs';
import { basename, join } from 'node:path';
import { CONTRACT_VERSION, type TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import { ConfigurationError, EtlError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import type { DatabaseLimits } from '../options.ts';
import { RUN_ID_PATTERN } from '../run-id.ts';
import { type Database, openDatabase } from './database.ts';
import { addMissingColumns, columnNames, createTables } from './ddl.ts';
import { DATABASE_FILE, MANIFEST_FILE, type Manifest } from './manifest.ts';
import { numberOlderRuns } from './merge/runs.ts';
import type { OutDirectory } from './out-directory.ts';
import { columnList, identifier, literal } from './sql-text.ts';
import { verifyDatabase } from './verify.ts';

/** A published version that a new one starts from. */
export interface BaseVersion {
  readonly dir: string;
  readonly manifest: Manifest;
  /** Whether `current` points at it; another one may never have been published. */
  readonly isCurrent: boolean;
}

/** The directory `current` points at, null if there is no such link. Throws ConfigurationError if it is no link. */
export async function currentVersionDir(fileSystem: FileSystem, out: OutDirectory): Promise<string | null> {
  try {
    return join(out.versions, basename(await fileSystem.readlink(out.current)));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new ConfigurationError(`${out.current} is not the symbolic link that dmarc-etl makes (${code})`, {
      cause,
      hint: 'Move it out of the way; nothing of ours is a plain file or directory there.',
    });
  }
}

/** The directory `current` points at. Throws ConfigurationError if nothing is published. */
export async function requireCurrentVersion(fileSystem: FileSystem, out: OutDirectory): Promise<string> {
  const dir = await currentVersionDir(fileSystem, out);
  if (dir !== null) return dir;
  throw new ConfigurationError(`nothing is published in ${out.root}`, {
    hint: 'Name the directory with --out, or export into it with `dmarc-etl run`.',
  });
}

/** Version directories, the newest to be published first; those that were never completed before all. */
export async function listVersions(fileSystem: FileSystem, out: OutDirectory): Promise<string[]> {
  const found: { readonly dir: string; readonly sequence: number }[] = [];
  for (const name of (await fileSystem.readdir(out.versions)).sort().reverse()) {
    if (!RUN_ID_PATTERN.test(name)) continue;
    const dir = join(out.versions, name);
    found.push({ dir, sequence: await sequenceOf(fileSystem, dir) });
  }
  return found.sort((a, b) => b.sequence - a.sequence).map(({ dir }) => dir);
}

/** The number for a version that is published now. */
export async function nextSequence(fileSystem: FileSystem, out: OutDirectory): Promise<number> {
  const dirs = await listVersions(fileSystem, out);
  const numbers = await Promise.all(dirs.map((dir) => sequenceOf(fileSystem, dir)));
  return 1 + Math.max(0, ...numbers.filter(Number.isFinite));
}

/** Of a version that is not completed Infinity; 0 if its manifest does not tell, as those of older programs. */
async function sequenceOf(fileSystem: FileSystem, dir: string): Promise<number> {
  try {
    const manifest: unknown = JSON.parse(await fileSystem.readFile(join(dir, MANIFEST_FILE), 'utf8'));
    const told = typeof manifest === 'object' && manifest !== null && 'sequence' in manifest;
    return told && typeof manifest.sequence === 'number' ? manifest.sequence : 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? Number.POSITIVE_INFINITY : 0;
  }
}

/** Removes version directories that were never completed: they have no manifest. Returns their names. */
export async function removeUnfinished(fileSystem: FileSystem, out: OutDirectory): Promise<string[]> {
  const removed: string[] = [];
  for (const dir of await listVersions(fileSystem, out)) {
    const names = await fileSystem.readdir(dir);
    if (names.includes(MANIFEST_FILE)) continue;
    await fileSystem.rm(dir, { recursive: true, force: true });
    removed.push(basename(dir));
  }
  return removed;
}

/**
 * The version to start from: `current` if its database verifies, else the newest version whose database does, else
 * null. `warn` is told of every version that was passed over. Throws ConfigurationError if a newer program wrote it.
 */
export async function chooseBase(
  fileSystem: FileSystem,
  out: OutDirectory,
  warn: (message: string) => void,
): Promise<BaseVersion | null> {
  const current = await currentVersionDir(fileSystem, out);
  const others = (await listVersions(fileSystem, out)).filter((dir) => dir !== current);
  for (const dir of [...(current === null ? [] : [current]), ...others]) {
    try {
      const manifest = await verifyDatabase(fileSystem, dir);
      return { dir, manifest, isCurrent: dir === current };
    } catch (error) {
      if (!(error instanceof EtlError) || error instanceof ConfigurationError) throw error;
      warn(`version ${basename(dir)} is damaged and not used: ${error.message}`);
    }
  }
  return null;
}

/** Share of DuckDB's memory that it gets while journals are loaded, when JavaScript needs the most. */
const SHARE_WHILE_LOADING = 2 / 3;

/**
 * Makes `versions/<run_id>/` with a database to work on: a copy of the base's (a reflink where the file system can),
 * or a new one. DuckDB gets the part of its memory that loading needs; who publishes gives it the rest. What is there
 * after an error is an unfinished version, which the next run removes.
 */
export async function startVersion(
  fileSystem: FileSystem,
  out: OutDirectory,
  run_id: string,
  base: BaseVersion | null,
  { memoryBytes, threads }: DatabaseLimits,
): Promise<{ dir: string; database: Database }> {
  const dir = join(out.versions, run_id);
  await fileSystem.mkdir(dir, { mode: 0o755 });
  const path = join(dir, DATABASE_FILE);
  const copied = base !== null && base.manifest.contract_version === CONTRACT_VERSION;
  if (copied) {
    await fileSystem.copyFile(join(base.dir, DATABASE_FILE), path, constants.COPYFILE_FICLONE);
    await fileSystem.chmod(path, 0o600);
  }
  const database = await openDatabase(path, {
    memoryBytes: memoryBytes * SHARE_WHILE_LOADING,
    threads,
    tempDirectory: out.temporary,
  });
  try {
    await (copied ? addMissingColumns(database) : createTables(database));
    if (base !== null && !copied) await copyTables(database, base.dir);
    await numberOlderRuns(database);
    return { dir, database };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Takes over the rows of tables of another version's database, column by column name. */
export async function copyTables(
  database: Database,
  versionDir: string,
  tables: readonly TableContract[] = TABLES,
): Promise<void> {
  await database.run(`ATTACH ${literal(join(versionDir, DATABASE_FILE))} AS older (READ_ONLY)`);
  for (const table of tables) {
    const found = await database.rows(
      `SELECT column_name FROM duckdb_columns() WHERE database_name = 'older' AND table_name = ${literal(table.name)}`,
    );
    const known = new Set(found.map((row) => String(row.column_name)));
    const columns = columnList(columnNames(table).filter((name) => known.has(name)));
    if (columns === '') continue;
    const name = identifier(table.name);
    await database.run(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM older.main.${name}`);
  }
  await database.run('DETACH older');
}
