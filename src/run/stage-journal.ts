import { DataError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import {
  type Attempt,
  isFooter,
  isHeader,
  type JournalFooter,
  type JournalHeader,
  type JournalLine,
} from '../journal/line.ts';
import { readJournal } from '../journal/read.ts';
import type { StagedJournal } from '../load/load-journal.ts';
import { type StagedBatches, type TransformContext, transformAttempts } from '../transform/transform.ts';

/** Attempts that are transformed together: enough rows for full data chunks, few enough to bound memory. */
const GROUP_ATTEMPTS = 64;

/**
 * Opens a journal for loading: its attempts go through the transform in groups. Returns null for a journal without a
 * readable header, which received nothing. Throws DataError for a journal that is damaged or of a newer format, and
 * what `accept` throws for its header, with the file closed; `warn` is told of a torn last line.
 */
export async function stageJournal(
  fileSystem: FileSystem,
  path: string,
  warn: (message: string) => void,
  accept: (header: JournalHeader) => void = () => undefined,
): Promise<StagedJournal | null> {
  const onTorn = (line: number) => warn(`${path}: line ${line} is torn and dropped`);
  const lines = readJournal(path, { onTorn, fileSystem });
  const header = await readHeader(path, lines);
  if (header === null) return null;
  try {
    accept(header);
  } catch (error) {
    await lines.return(undefined);
    throw error;
  }
  let footer: JournalFooter | null = null;
  let count = 1;
  const attempts = async function* (): AsyncGenerator<Attempt> {
    for await (const line of lines) {
      count += 1;
      if (isFooter(line)) footer = line;
      else yield attemptOf(path, line);
    }
  };
  const context = { run_id: header.run_id, snapshotDate: header.started_at.slice(0, 10) };
  return {
    header,
    batches: transformGroups(attempts(), context),
    account: () => ({ header, footer, lines: count }),
  };
}

async function readHeader(path: string, lines: AsyncGenerator<JournalLine>): Promise<JournalHeader | null> {
  const first = await lines.next();
  if (first.done) return null;
  if (isHeader(first.value)) return first.value;
  await lines.return(undefined);
  throw new DataError(`${path} does not begin with a journal header`);
}

function attemptOf(path: string, line: JournalLine): Attempt {
  if (isHeader(line) || isFooter(line))
    throw new DataError(`${path} has a header or footer among its attempts`);
  return line;
}

async function* transformGroups(
  attempts: AsyncIterable<Attempt>,
  context: TransformContext,
): AsyncGenerator<StagedBatches> {
  let group: Attempt[] = [];
  for await (const attempt of attempts) {
    group.push(attempt);
    if (group.length < GROUP_ATTEMPTS) continue;
    yield transformAttempts(group, context);
    group = [];
  }
  if (group.length > 0) yield transformAttempts(group, context);
}
