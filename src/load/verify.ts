import { join } from 'node:path';
import type { TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import { CheckError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import { asHeld } from '../held-file.ts';
import {
  type ContentDigest,
  type Contents,
  digestContent,
  digestTables,
  emptyDigest,
  sameContent,
} from './content-hash.ts';
import { type Database, duckdbVersion, openDatabase } from './database.ts';
import { DATABASE_FILE, digestFile, type FileEntry, type Manifest, readManifest } from './manifest.ts';
import { literal } from './sql-text.ts';

interface VerifyOptions {
  /** A version that is proven: a file that is the same inode and size there is not read again; null = read all. */
  readonly trusted?: string | null;
  /** The version's database, opened read-only after its file was hashed; without it the file is hashed and opened. */
  readonly opened?: OpenedVersion;
}

/** An open database of a version, and what its tables hold. */
interface OpenedVersion {
  readonly database: Database;
  readonly contents: Contents;
}

/**
 * Proves a version: every file of the manifest is there with its size and hash, and DuckDB, Parquet and manifest hold
 * the same rows. Returns the manifest. Throws CheckError naming the first thing that is wrong, and what reading the
 * manifest throws. Changes nothing. The version's database must not be open in this process but as `opened`.
 */
export async function verifyVersion(
  fileSystem: FileSystem,
  versionDir: string,
  { trusted = null, opened }: VerifyOptions = {},
): Promise<Manifest> {
  const manifest = await readManifest(fileSystem, versionDir);
  const read = new Set<string>();
  for (const file of manifest.files) {
    if (opened !== undefined && file.path === DATABASE_FILE) continue;
    if (trusted !== null && (await isSameFile(fileSystem, versionDir, trusted, file))) continue;
    await verifyFile(fileSystem, versionDir, file);
    read.add(file.path);
  }
  if (opened !== undefined) await verifyRows(opened, versionDir, manifest, read);
  else {
    await withPublished(versionDir, async (database) => {
      const contents = await digestTables(database).catch((cause: Error) => {
        throw new CheckError(`${versionDir}: the tables cannot be read: ${cause.message}`, { cause });
      });
      await verifyRows({ database, contents }, versionDir, manifest, read);
    });
  }
  return manifest;
}

async function withPublished(versionDir: string, use: (database: Database) => Promise<void>): Promise<void> {
  const database = await openPublished(versionDir);
  try {
    await use(database);
  } finally {
    database.close();
  }
}

/**
 * Proves that the database of a version is, byte for byte, the one that was proven when it was published: enough to
 * start a new version from. Returns the manifest. Throws CheckError, and what reading the manifest throws.
 */
export async function verifyDatabase(fileSystem: FileSystem, versionDir: string): Promise<Manifest> {
  const manifest = await readManifest(fileSystem, versionDir);
  const file = manifest.files.find(({ path }) => path === DATABASE_FILE);
  if (file === undefined) throw new CheckError(`${versionDir}: the manifest lists no ${DATABASE_FILE}`);
  await verifyFile(fileSystem, versionDir, file);
  return manifest;
}

/** Opens the database of a version read-only. Throws CheckError if it does not open, BusyError if another program writes it. */
export async function openPublished(versionDir: string): Promise<Database> {
  const path = join(versionDir, DATABASE_FILE);
  try {
    return await openDatabase(path, { readOnly: true });
  } catch (cause) {
    const message = `${path} does not open: ${(cause as Error).message}`;
    throw asHeld(path, cause) ?? new CheckError(message, { cause });
  }
}

async function isSameFile(
  fileSystem: FileSystem,
  versionDir: string,
  trusted: string,
  file: FileEntry,
): Promise<boolean> {
  const here = await fileSystem.stat(join(versionDir, file.path)).catch(() => null);
  const there = await fileSystem.stat(join(trusted, file.path)).catch(() => null);
  return (
    here !== null &&
    there !== null &&
    here.ino === there.ino &&
    here.dev === there.dev &&
    here.size === file.bytes
  );
}

async function verifyFile(fileSystem: FileSystem, versionDir: string, file: FileEntry): Promise<void> {
  const path = join(versionDir, file.path);
  const found = await digestFile(fileSystem, path).catch((cause: Error) => {
    throw new CheckError(`${path} cannot be read: ${cause.message}`, { cause });
  });
  if (found.bytes !== file.bytes) {
    throw new CheckError(`${path}: expected ${file.bytes} bytes, found ${found.bytes}`);
  }
  if (found.sha256 !== file.sha256) {
    throw new CheckError(`${path}: expected SHA-256 ${file.sha256}, found ${found.sha256}`);
  }
}

async function verifyRows(
  { database, contents }: OpenedVersion,
  versionDir: string,
  manifest: Manifest,
  readPaths: ReadonlySet<string>,
): Promise<void> {
  const comparable = manifest.duckdb_version === duckdbVersion();
  for (const table of TABLES) {
    const stored = contents.get(table.name) ?? [];
    const rows = stored.reduce((sum, digest) => sum + digest.rows, 0);
    if (rows !== manifest.tables[table.name]) {
      throw new CheckError(
        `table ${table.name}: the manifest has ${manifest.tables[table.name]} rows, DuckDB ${rows}`,
      );
    }
    if (table.inParquet)
      await verifyTable(database, versionDir, manifest, table, { stored, readPaths, comparable });
  }
}

interface TableProof {
  readonly stored: readonly ContentDigest[];
  readonly readPaths: ReadonlySet<string>;
  readonly comparable: boolean;
}

async function verifyTable(
  database: Database,
  versionDir: string,
  manifest: Manifest,
  table: TableContract,
  proof: TableProof,
): Promise<void> {
  const files = manifest.files.filter((file) => file.table === table.name);
  const byMonth = new Map(proof.stored.map((digest) => [digest.month, digest]));
  for (const digest of proof.stored) {
    if (!files.some((file) => file.month === digest.month)) {
      throw new CheckError(`table ${table.name}: no Parquet file for month ${digest.month}`);
    }
  }
  for (const file of files) {
    const stored = byMonth.get(file.month) ?? emptyDigest(file.month);
    const listed = { ...stored, rows: file.rows ?? 0, hash: file.content_hash ?? '' };
    if (proof.comparable && !sameContent(stored, listed)) {
      throw new CheckError(
        `${file.path}: the manifest has ${file.rows} rows, DuckDB ${stored.rows}, or other content`,
      );
    }
    if (proof.readPaths.has(file.path))
      await verifyParquet(database, join(versionDir, file.path), table, stored);
  }
}

/** Reads a Parquet file whole and compares it with what the database holds. */
async function verifyParquet(
  database: Database,
  path: string,
  table: TableContract,
  stored: ContentDigest,
): Promise<void> {
  const source = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const found = await digestContent(database, table, source).catch((cause: Error) => {
    throw new CheckError(`${path} cannot be read: ${cause.message}`, { cause });
  });
  const [digest, ...others] = found.length === 0 ? [emptyDigest(stored.month)] : found;
  if (
    digest === undefined ||
    others.length > 0 ||
    digest.month !== stored.month ||
    !sameContent(digest, stored)
  ) {
    throw new CheckError(
      `${path}: DuckDB has ${stored.rows} rows, the file ${digest?.rows ?? 0}, or other content`,
    );
  }
}
