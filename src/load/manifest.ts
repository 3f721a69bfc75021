import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { CONTRACT_VERSION } from '../contract/table.ts';
import type { DatasetSummary } from '../dataset-summary.ts';
import { ConfigurationError, DataError } from '../errors.ts';
import type { FileSystem } from '../files.ts';

/** The manifest of a version: every file with what is needed to prove it (CONTRACT: Published layout). */

export const MANIFEST_FILE = 'manifest.json';
export const DATABASE_FILE = 'dmarc.duckdb';

const fileEntry = z.object({
  /** Relative to the version directory, `/`-separated. */
  path: z.string(),
  /** Null for the database. */
  table: z.string().nullable(),
  month: z.string().nullable(),
  rows: z.number().int().nonnegative().nullable(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  /** Content digest of the rows; see content-hash.ts. */
  content_hash: z.string().nullable(),
  /** Digest of the table's columns and sort order: another one means that the file must be written anew. */
  schema_hash: z.string().nullable(),
  min_date: z.string().nullable(),
  max_date: z.string().nullable(),
  /** Run whose publish wrote the file; another run's means a hard link to it. */
  written_by: z.string(),
});

const count = z.number().nonnegative();

const runSchema = z.object({
  ...{ run_id: z.string(), started_at: z.string(), finished_at: z.string() },
  ...{ status: z.string(), stop_reason: z.string(), mode: z.string() },
  ...{ requests: count, news: count, quarantined: count },
});

const summarySchema = z.object({
  as_of_date: z.string().nullable(),
  runs: z.array(runSchema).readonly(),
  coverage: z.object({
    ...{ monitors: count, listed_monitors: count, ips: count, fresh_ips: count },
    ...{ volume: count, fresh_volume: count, never: count, stale: count },
    windowed: z.record(z.string(), count),
  }),
  quota: z.object({ left: count, run_id: z.string(), as_of: z.string() }).nullable(),
}) satisfies z.ZodType<DatasetSummary>;

const manifestSchema = z.object({
  contract_version: z.number().int(),
  run_id: z.string(),
  program_version: z.string(),
  /** Content digests are comparable only within one DuckDB version. */
  duckdb_version: z.string(),
  published_at: z.string(),
  /** Position among the versions of the dataset, from 1: their order, whatever clocks said; 0 in older ones. */
  sequence: z.number().int().nonnegative().default(0),
  /** How answers were read (contract/table.ts); 1 in older ones. */
  reading_version: z.number().int().default(1),
  api_origin: z.string(),
  /** How many versions in a row linked files without reading them back. */
  link_generation: z.number().int().nonnegative(),
  /** Digest of the views and comments, see catalog.ts; null in older ones, which get them anew. */
  catalog_hash: z.string().nullable().default(null),
  /** Rows of each table of the database. */
  tables: z.record(z.string(), z.number().int().nonnegative()),
  files: z.array(fileEntry),
  /** Absent from what versions before this one wrote. */
  summary: summarySchema.nullable().default(null),
});

export type FileEntry = z.infer<typeof fileEntry>;
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads the manifest of a version. Throws DataError if there is none or it is no manifest, ConfigurationError if a
 * newer program wrote it.
 */
export async function readManifest(fileSystem: FileSystem, versionDir: string): Promise<Manifest> {
  const path = join(versionDir, MANIFEST_FILE);
  const parsed = manifestSchema.safeParse(parseJson(path, await readText(fileSystem, path)));
  if (!parsed.success) throw new DataError(`${path} is no manifest: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.contract_version > CONTRACT_VERSION) {
    throw new ConfigurationError(
      `${path} has contract version ${parsed.data.contract_version}; this program knows up to ${CONTRACT_VERSION}`,
      { hint: 'Use the program version that wrote it, or a newer one.' },
    );
  }
  return parsed.data;
}

async function readText(fileSystem: FileSystem, path: string): Promise<string> {
  try {
    return await fileSystem.readFile(path, 'utf8');
  } catch (cause) {
    throw new DataError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Size and SHA-256, hexadecimal, of a file. */
export type FileDigest = Pick<FileEntry, 'bytes' | 'sha256'>;

/** Size and SHA-256 of a file, read in pieces. */
export async function digestFile(fileSystem: FileSystem, path: string): Promise<FileDigest> {
  const handle = await fileSystem.open(path, 'r');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
