import { basename, dirname, join } from 'node:path';
import { CONTRACT_VERSION, READING_VERSION } from '../contract/table.ts';
import type { DatasetSummary } from '../dataset-summary.ts';
import { PublishError } from '../errors.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { asStorageError } from '../storage-error.ts';
import { type ContentDigest, type Contents, digestTables } from './content-hash.ts';
import { type Database, duckdbVersion, openDatabase } from './database.ts';
import {
  DATABASE_FILE,
  digestFile,
  type FileDigest,
  type FileEntry,
  MANIFEST_FILE,
  type Manifest,
} from './manifest.ts';
import type { OutDirectory } from './out-directory.ts';
import { readSummary } from './summary.ts';
import { verifyVersion } from './verify.ts';
import { nextLinkGeneration, type WriteContext, writeTables } from './write-tables.ts';

export interface PublishContext extends WriteContext {
  readonly out: OutDirectory;
  readonly api_origin: string;
  readonly program_version: string;
  readonly publishedAt: string;
  /** Position among the versions of the dataset. */
  readonly sequence: number;
  /** Digest of the views and comments that the database has. */
  readonly catalog_hash: string;
}

export interface Published {
  readonly manifest: Manifest;
  readonly written: number;
  readonly linked: number;
}

/**
 * Completes the version beside the published one, proves it, and swaps `current` to it by one rename (DESIGN: Publish,
 * step by step). Closes the database. Before the rename readers see the old version and an error leaves nothing but an
 * unfinished directory; after it they see the new one. Throws PublishError and, if the version does not verify,
 * CheckError.
 */
export async function publish(database: Database, context: PublishContext): Promise<Published> {
  try {
    return await complete(database, context);
  } catch (error) {
    throw asStorageError(error, 'publish', context.versionDir);
  }
}

async function complete(database: Database, context: PublishContext): Promise<Published> {
  await database.run('CHECKPOINT');
  await closeForGood(database, context);
  const manifest = await proveVersion(context, await digestFile(context.fileSystem, databasePath(context)));
  await makeDurable(context, manifest);
  await swapCurrent(context);
  const parquet = manifest.files.filter((file) => file.table !== null);
  const written = parquet.filter((file) => file.written_by === context.run_id).length;
  return { manifest, written, linked: parquet.length - written };
}

/** Writes what belongs to the database from its closed file, and proves that all is what the manifest says. */
async function proveVersion(context: PublishContext, databaseDigest: FileDigest): Promise<Manifest> {
  const { fileSystem, versionDir, base, out, limits } = context;
  const options = { ...limits, readOnly: true, tempDirectory: out.temporary };
  const database = await openDatabase(databasePath(context), options);
  try {
    const contents = await digestTables(database);
    const files = [
      databaseEntry(context, databaseDigest),
      ...(await writeTables(database, context, contents)),
    ];
    const summary = await readSummary(database);
    const manifest = await writeManifest(context, contents, files, summary);
    const trusted = manifest.link_generation === 0 ? null : (base?.dir ?? null);
    await verifyVersion(fileSystem, versionDir, { trusted, opened: { database, contents } });
    return manifest;
  } finally {
    database.close();
  }
}

/** After this the database file is complete: no write-ahead log is left beside it. */
async function closeForGood(database: Database, { fileSystem, versionDir }: PublishContext): Promise<void> {
  database.close();
  const left = (await fileSystem.readdir(versionDir)).filter((name) => name.endsWith('.wal'));
  if (left.length > 0)
    throw new PublishError(`${join(versionDir, left[0] ?? '')} is left after a checkpoint`);
}

async function writeManifest(
  context: PublishContext,
  contents: Contents,
  files: FileEntry[],
  summary: DatasetSummary,
): Promise<Manifest> {
  const { fileSystem, versionDir, run_id, base } = context;
  const rowsOf = (digests: readonly ContentDigest[]) => digests.reduce((sum, { rows }) => sum + rows, 0);
  const manifest: Manifest = {
    contract_version: CONTRACT_VERSION,
    reading_version: READING_VERSION,
    run_id,
    program_version: context.program_version,
    duckdb_version: duckdbVersion(),
    published_at: context.publishedAt,
    sequence: context.sequence,
    api_origin: context.api_origin,
    link_generation: nextLinkGeneration(base),
    catalog_hash: context.catalog_hash,
    tables: Object.fromEntries([...contents].map(([name, digests]) => [name, rowsOf(digests)])),
    files,
    summary,
  };
  await writeNewFile(fileSystem, join(versionDir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function databaseEntry({ run_id }: PublishContext, digest: FileDigest): FileEntry {
  return {
    path: DATABASE_FILE,
    table: null,
    month: null,
    rows: null,
    ...digest,
    content_hash: null,
    schema_hash: null,
    min_date: null,
    max_date: null,
    written_by: run_id,
  };
}

function databasePath({ versionDir }: PublishContext): string {
  return join(versionDir, DATABASE_FILE);
}

async function writeNewFile(fileSystem: FileSystem, path: string, text: string): Promise<void> {
  const handle = await fileSystem.open(path, 'wx', 0o644);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

/** Read-only files, and everything on the disk, names included: files first, then directories from the leaves up. */
async function makeDurable(
  { fileSystem, versionDir, out, run_id }: PublishContext,
  manifest: Manifest,
): Promise<void> {
  const written = manifest.files.filter((file) => file.written_by === run_id).map((file) => file.path);
  for (const path of [...written, MANIFEST_FILE]) {
    await fileSystem.chmod(join(versionDir, path), 0o444);
    await syncPath(fileSystem, join(versionDir, path));
  }
  const directories = new Set<string>();
  for (const { path } of manifest.files) {
    for (let dir = dirname(path); dir !== '.'; dir = dirname(dir)) directories.add(dir);
  }
  const leavesFirst = [...directories].sort(
    (left, right) => right.split('/').length - left.split('/').length,
  );
  for (const dir of leavesFirst) await syncPath(fileSystem, join(versionDir, dir));
  await syncPath(fileSystem, versionDir);
  await syncPath(fileSystem, out.versions);
}

/** The commit point: one rename of a symbolic link. */
async function swapCurrent({ fileSystem, out, versionDir }: PublishContext): Promise<void> {
  const beside = `${out.current}.new`;
  await fileSystem.rm(beside, { force: true });
  await fileSystem.symlink(join('versions', basename(versionDir)), beside);
  await fileSystem.rename(beside, out.current);
  await syncPath(fileSystem, out.root);
}
