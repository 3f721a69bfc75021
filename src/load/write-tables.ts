import { dirname, join } from 'node:path';
import type { TableContract } from '../contract/table.ts';
import { TABLES } from '../contract/tables.ts';
import type { FileSystem } from '../files.ts';
import type { DatabaseLimits } from '../options.ts';
import { type ContentDigest, type Contents, emptyDigest, sameContent } from './content-hash.ts';
import { type Database, duckdbVersion } from './database.ts';
import { type LinkOrCopy, linkOrCopy } from './link-or-copy.ts';
import { digestFile, type FileEntry } from './manifest.ts';
import { parquetPath, schemaHash, writeParquet, writingThreads } from './parquet.ts';
import type { BaseVersion } from './versions.ts';

export interface WriteContext {
  readonly fileSystem: FileSystem;
  readonly run_id: string;
  readonly versionDir: string;
  readonly base: BaseVersion | null;
  /** What DuckDB may use of the machine. */
  readonly limits: DatabaseLimits;
  /** ISO day on which the run started: its month always has a file. */
  readonly runDay: string;
  /** Told of what was found damaged and mended. */
  readonly warn: (message: string) => void;
}

/** Linked files are trusted by inode and size; every n-th version in a row reads all of them back. */
const READ_LINKED_EVERY = 7;

/**
 * Writes every table into the version directory as Parquet: a file of the base that holds the same rows is linked, or
 * copied where the file system has no links; any other is written from the database, which has to hold `contents`.
 * Meanwhile DuckDB has as many threads as are of use.
 */
export async function writeTables(
  database: Database,
  context: WriteContext,
  contents: Contents,
): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  const link = linkOrCopy(context.fileSystem, context.versionDir, context.warn);
  await database.limit({ threads: writingThreads(context.limits) });
  for (const table of TABLES.filter((candidate) => candidate.inParquet)) {
    for (const digest of partitions(table, contents.get(table.name) ?? [], context.runDay)) {
      files.push(await writeOrLink(database, context, link, { table, digest }));
    }
  }
  await database.limit({ threads: context.limits.threads });
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

/** One file of a version: a table, or one month of it. */
interface Partition {
  readonly table: TableContract;
  readonly digest: ContentDigest;
}

async function writeOrLink(
  database: Database,
  context: WriteContext,
  link: LinkOrCopy,
  { table, digest }: Partition,
): Promise<FileEntry> {
  const { fileSystem, versionDir, base, run_id } = context;
  const path = parquetPath(table, digest.month);
  const schema_hash = schemaHash(table);
  const before = findUnchanged(base, path, schema_hash, digest);
  if (before !== undefined && base !== null && (await isIntact(context, base, before))) {
    const taken = await takeOver(context, link, base.dir, before);
    if (taken !== null) return taken;
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

/** Links or copies a file of the base; null if the copy shows that it is damaged, and has to be written anew. */
async function takeOver(
  { fileSystem, versionDir, run_id, warn }: WriteContext,
  link: LinkOrCopy,
  baseDir: string,
  file: FileEntry,
): Promise<FileEntry | null> {
  const [from, to] = [join(baseDir, file.path), join(versionDir, file.path)];
  await fileSystem.mkdir(dirname(to), { recursive: true });
  if ((await link(from, to)) === 'linked') return file;
  const { sha256 } = await digestFile(fileSystem, to);
  if (sha256 === file.sha256) return { ...file, written_by: run_id };
  warn(damaged(from));
  await fileSystem.rm(to);
  return null;
}

function damaged(path: string): string {
  return `${path} is damaged; it is written again from the database`;
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
async function isIntact(context: WriteContext, base: BaseVersion, file: FileEntry): Promise<boolean> {
  const path = join(base.dir, file.path);
  const found = await context.fileSystem.stat(path).catch(() => null);
  if (found?.size === file.bytes && nextLinkGeneration(base) > 0) return true;
  const digest = found === null ? null : await digestFile(context.fileSystem, path);
  if (digest?.bytes === file.bytes && digest.sha256 === file.sha256) return true;
  context.warn(damaged(path));
  return false;
}

/** 0 = this version reads back the files it links; so does one from a base whose files may never have been synced. */
export function nextLinkGeneration(base: BaseVersion | null): number {
  return base === null || !base.isCurrent ? 0 : (base.manifest.link_generation + 1) % READ_LINKED_EVERY;
}
