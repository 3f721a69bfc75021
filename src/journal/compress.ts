import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DataError } from '../errors.ts';
import { type FileSystem, nodeFileSystem, syncPath } from '../files.ts';
import { COMPRESSED_SUFFIX } from './read.ts';

/** With pieces as small as Node takes by itself, compressing takes a third longer. */
const READ_BYTES = 1024 * 1024;
const WRITTEN_BYTES = 256 * 1024;

/**
 * Compresses a finished journal: `<path>.gz` is whole on the disk before `path` is removed, so whenever it is
 * interrupted at least one of the two is complete. Returns the new path. Throws a DataError; `path` is then still there.
 */
export async function compressJournal(
  path: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<string> {
  const target = `${path}${COMPRESSED_SUFFIX}`;
  const beside = `${target}.tmp`;
  try {
    await fileSystem.rm(beside, { force: true });
    await writeCompressed(path, beside, fileSystem);
    await fileSystem.rename(beside, target);
    await syncPath(fileSystem, dirname(path));
    await fileSystem.unlink(path);
    await syncPath(fileSystem, dirname(path));
  } catch (cause) {
    throw new DataError(`the journal ${path} cannot be compressed: ${(cause as Error).message}`, { cause });
  }
  return target;
}

async function writeCompressed(path: string, beside: string, fileSystem: FileSystem): Promise<void> {
  const target = await fileSystem.open(beside, 'wx', 0o600);
  try {
    const source = await fileSystem.open(path, 'r');
    const read = source.createReadStream({ highWaterMark: READ_BYTES });
    await pipeline(read, createGzip({ chunkSize: WRITTEN_BYTES }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await target.appendFile(chunk);
    });
    await target.sync();
  } finally {
    await target.close();
  }
}
