import type { FileSystem } from '../files.ts';
import type { JournalHeader } from '../journal/line.ts';
import { openReader } from '../journal/read.ts';
import type { StagedJournal } from '../load/load-journal.ts';
import { type Transformer, transformHere } from './transformer.ts';

/** What reading a journal needs besides its path. */
interface StageEffects {
  readonly fileSystem: FileSystem;
  readonly transformer?: Transformer;
  /** Told of a torn last line. */
  readonly warn: (message: string) => void;
}

/**
 * Opens a journal for loading: its attempts go through the transform in groups. Returns null for a journal without a
 * readable header, which received nothing. Throws DataError for a journal that is damaged or of a newer format, and
 * what `accept` throws for its header, with the file closed.
 */
export async function stageJournal(
  path: string,
  { fileSystem, transformer = transformHere, warn }: StageEffects,
  accept: (header: JournalHeader) => void = () => undefined,
): Promise<StagedJournal | null> {
  const onTorn = (line: number) => warn(`${path}: line ${line} is torn and dropped`);
  const reader = await openReader(path, { onTorn, fileSystem });
  if (reader === null) return null;
  const { header } = reader;
  try {
    accept(header);
  } catch (error) {
    await reader.close();
    throw error;
  }
  const context = { run_id: header.run_id, snapshotDate: header.started_at.slice(0, 10) };
  return {
    header,
    batches: transformer(reader.groups, context),
    account: () => ({ header, ...reader.end() }),
    close: () => reader.close(),
  };
}
