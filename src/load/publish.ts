import { basename, dirname, join } from 'node:path';
import { CONTRACT_VERSION, type TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import type { DatasetSummary } from '../dataset-summary.ts';
import { PublishError } from '../errors.ts';
import { type FileSystem, syncPath } from '../files.ts';
import { asStorageError } from '../storage-error.ts';
import { type ContentDigest, digestContent, emptyDigest, sameContent } from './content-hash.ts';
import { type Database, duckdbVersion } from './database.ts';
import { DATABASE_FILE, digestFile, type FileEntry, MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { OutDirectory } from './out-directory.ts';
import { parquetPath, schemaHash, writeParquet } from './parquet.ts';
import { identifier } from './sql-text.ts';
import { readSummary } from './summary.ts';
import { verifyVersion } from './verify.ts';
import type { BaseVersion } from './versions.ts';

export interface PublishContext {
  readonly fileSystem: FileSystem;
  readonly out: OutDirectory;
  readonly run_id: string;
  readonly versionDir: string;
  readonly base: BaseVersion | null;
  readonly api_origin: string;
  readonly program_version: string;
  /** ISO day on which the run started: its month always has a file. */
  readonly runDay: string;
  readonly publishedAt: string;
  /** Digest of the views and comments that the database has. */
  readonly catalog_hash: string;
  /** Told of what was found damaged and mended. */
  readonly warn: (message: string) => void;
}

export interface Published {
  readonly manifest: Manifest;
  readonly written: number;
  readonly linked: number;
}

/** Linked files are trusted by inode and size; every n-th version in a row reads all of them back. */
const READ_LINKED_EVERY = 7;

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
  const contents = await digestTables(database);
  const files = await writeTables(database, context, contents);
  const summary = await readSummary(database);
  await closeForGood(database, context);
  const manifest = await writeManifest(context, contents, files, summary);
  const readAll = manifest.link_generation === 0;
  await verifyVersion(context.fileSystem, context.versionDir, readAll ? null : (context.base?.dir ?? null));
  await makeDurable(context, manifest);
  await swapCurrent(context);
  const written = files.filter((file) => file.written_by === context.run_id).length;
  return { manifest, written, linked: files.length - written };
}

/** After this the database file is complete: no write-ahead log is left beside it. */
async function closeForGood(database: Database, { fileSystem, versionDir }: PublishContext): Promise<void> {
  database.close();
  const left = (await fileSystem.readdir(versionDir)).filter((name) => name.endsWith('.wal'));
  if (left.length > 0)
    throw new PublishError(`${join(versionDir, left[0] ?? '')} is left after a checkpoint`);
}

/** What each table holds, by name. */
type Contents = ReadonlyMap<string, readonly ContentDigest[]>;

async function digestTables(database: Database): Promise<Contents> {
  const contents = new Map<string, readonly ContentDigest[]>();
  for (const table of TABLES) {
    contents.set(table.name, await digestContent(database, table, identifier(table.name)));
  }
  return contents;
}

async function writeTables(
  database: Database,
  context: PublishContext,
  contents: Contents,
): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  for (const table of TABLES.filter((candidate) => candidate.inParquet)) {
    for (const digest of partitions(table, contents.get(table.name) ?? [], context.runDay)) {
      files.push(await writeOrLink(database, context, table, digest));
    }
  }
  return files;
}

/** The files a table needs: one, or one a month with rows and one for the run's month. */
function partitions(
  table: TableContract,
  digests: readonly ContentDigest[],
  runDay: string,
): readonly ContentDigest[] {
  const runMonth = `${runDay.slice(0, 7)}-01`;
  if (table.partitionColumn === null || digests.some((digest) => digest.month === runMonth)) return digests;
  return [...digests, emptyDigest(runMonth)];
}

async function writeOrLink(
  database: Database,
  context: PublishContext,
  table: TableContract,
  digest: ContentDigest,
): Promise<FileEntry> {
  const { fileSystem, versionDir, base, run_id } = context;
  const path = parquetPath(table, digest.month);
  const schema_hash = schemaHash(table);
  const before = findUnchanged(base, path, schema_hash, digest);
  if (before !== undefined && base !== null && (await isIntact(context, base, before))) {
    await fileSystem.mkdir(dirname(join(versionDir, path)), { recursive: true });
    await fileSystem.link(join(base.dir, path), join(versionDir, path));
    return before;
  }
  await writeParquet(database, fileSystem, versionDir, table, digest.month);
  return {
    path,
    table: table.name,
    month: digest.month,
    rows: digest.rows,
    ...(await digestFile(fileSystem, join(versionDir, path))),
    content_hash: digest.hash,
    schema_hash,
    min_date: digest.min_date,
    max_date: digest.max_date,
    written_by: run_id,
  };
}

/** The base's file for this path, if it holds the same rows in the same form. */
function findUnchanged(
  base: BaseVersion | null,
  path: string,
  schema_hash: string,
  digest: ContentDigest,
): FileEntry | undefined {
  if (base === null || base.manifest.duckdb_version !== duckdbVersion()) return undefined;
  const file = base.manifest.files.find((candidate) => candidate.path === path);
  if (file === undefined || file.schema_hash !== schema_hash) return undefined;
  return sameContent(digest, { ...digest, rows: file.rows ?? -1, hash: file.content_hash ?? '' })
    ? file
    : undefined;
}

/** Whether a file of the base is still what its manifest says; one that is not is written anew from the database. */
async function isIntact(context: PublishContext, base: BaseVersion, file: FileEntry): Promise<boolean> {
  const path = join(base.dir, file.path);
  const found = await context.fileSystem.stat(path).catch(() => null);
  if (found?.size === file.bytes && nextLinkGeneration(base) > 0) return true;
  const digest = found === null ? null : await digestFile(context.fileSystem, path);
  if (digest?.bytes === file.bytes && digest.sha256 === file.sha256) return true;
  context.warn(`${path} is damaged; it is written again from the database`);
  return false;
}

/** 0 = this version reads back the files it links; so does one from a base whose files may never have been synced. */
function nextLinkGeneration(base: BaseVersion | null): number {
  return base === null || !base.isCurrent ? 0 : (base.manifest.link_generation + 1) % READ_LINKED_EVERY;
}

async function writeManifest(
  context: PublishContext,
  contents: Contents,
  parquet: readonly FileEntry[],
  summary: DatasetSummary,
): Promise<Manifest> {
  const { fileSystem, versionDir, run_id, base } = context;
  const rowsOf = (digests: readonly ContentDigest[]) => digests.reduce((sum, { rows }) => sum + rows, 0);
  const manifest: Manifest = {
    contract_version: CONTRACT_VERSION,
    run_id,
    program_version: context.program_version,
    duckdb_version: duckdbVersion(),
    published_at: context.publishedAt,
    api_origin: context.api_origin,
    link_generation: nextLinkGeneration(base),
    catalog_hash: context.catalog_hash,
    tables: Object.fromEntries([...contents].map(([name, digests]) => [name, rowsOf(digests)])),
    files: [await databaseEntry(context), ...parquet],
    summary,
  };
  await writeNewFile(fileSystem, join(versionDir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function databaseEntry({ fileSystem, versionDir, run_id }: PublishContext): Promise<FileEntry> {
  return {
    path: DATABASE_FILE,
    table: null,
    month: null,
    rows: null,
    ...(await digestFile(fileSystem, join(versionDir, DATABASE_FILE))),
    content_hash: null,
    schema_hash: null,
    min_date: null,
    max_date: null,
    written_by: run_id,
  };
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
