import { DataError } from '../errors.ts';
import { type FileSystem, nodeFileSystem } from '../files.ts';
import type { JournalFile } from './list.ts';
import { openReader } from './read.ts';

/**
 * Journals in the order of their runs, whatever clocks said: by the number that a dataset gave them (`loaded`: run_id →
 * position), else by the one in their header. Those without any, of older programs, come after the loaded ones of older
 * programs, by run id.
 */
export async function inRunOrder(
  journals: readonly JournalFile[],
  loaded: ReadonlyMap<string, number>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<JournalFile[]> {
  const numbered: {
    readonly journal: JournalFile;
    readonly number: number | null;
    readonly isLoaded: boolean;
  }[] = [];
  for (const journal of journals) {
    const inHeader = await numberInHeader(journal.path, fileSystem);
    const inDataset = loaded.get(journal.run_id) ?? null;
    numbered.push({
      journal,
      number: inHeader ?? inDataset,
      isLoaded: inHeader === null && inDataset !== null,
    });
  }
  const afterLoaded =
    Math.max(0, ...numbered.map(({ number, isLoaded }) => (isLoaded ? (number ?? 0) : 0))) + 0.5;
  const place = (number: number | null) => number ?? afterLoaded;
  return numbered
    .sort((a, b) => place(a.number) - place(b.number) || (a.journal.run_id < b.journal.run_id ? -1 : 1))
    .map(({ journal }) => journal);
}

/** Null for a journal of an older program, and for one that cannot be read: loading it tells why. */
async function numberInHeader(path: string, fileSystem: FileSystem): Promise<number | null> {
  try {
    const reader = await openReader(path, { fileSystem });
    await reader?.close();
    return reader?.header.run_number ?? null;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
