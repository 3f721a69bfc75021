import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { openJournal } from '../../src/journal/append.ts';
import { compressJournal } from '../../src/journal/compress.ts';
import { listJournals } from '../../src/journal/list.ts';
import { ATTEMPT, FOOTER, HEADER, linesOf, withDirectory } from './journal-lines.ts';

async function writeFinished(path: string): Promise<void> {
  const journal = await openJournal(path, HEADER);
  for (let page = 1; page <= 50; page += 1) await journal.append({ ...ATTEMPT, page }, '{"data":[]}');
  await journal.close(FOOTER);
}

test('a compressed journal takes the place of the plain one and reads the same', () =>
  withDirectory(async (directory) => {
    const path = join(directory, `${HEADER.run_id}.jsonl`);
    await writeFinished(path);
    const lines = await linesOf(path);
    const target = await compressJournal(path);
    expect(await readdir(directory)).toEqual([`${HEADER.run_id}.jsonl.gz`]);
    expect((await stat(target)).mode & 0o777).toBe(0o600);
    expect(await linesOf(target)).toEqual(lines);
  }));

test.each(['open', 'rename', 'unlink'] as const)(
  'stopped at %s, a complete journal is still there, once',
  (name) =>
    withDirectory(async (directory) => {
      const path = join(directory, `${HEADER.run_id}.jsonl`);
      await writeFinished(path);
      const lines = await linesOf(path);
      const stop = async () => {
        throw new Error('EIO: stopped');
      };
      const broken = { ...nodeFileSystem, [name]: stop } as FileSystem;
      await expect(compressJournal(path, broken)).rejects.toThrow(DataError);
      const [found, ...more] = await listJournals(directory);
      expect(more).toEqual([]);
      expect(await linesOf(found?.path ?? '')).toEqual(lines);
      await compressJournal(path);
      expect((await listJournals(directory)).map(({ isCompressed }) => isCompressed)).toEqual([true]);
    }),
);

test('journals are listed in the order of their runs, other files are not', () =>
  withDirectory(async (directory) => {
    const names = [
      '20251106T020000Z-ffff.jsonl',
      '20251105T020000Z-0a1b.jsonl.gz',
      '20251105T020000Z-0a1b.jsonl',
    ];
    for (const name of [...names, 'x.jsonl', '20251107T020000Z-aaaa.jsonl.gz.tmp'])
      await writeFile(join(directory, name), '');
    expect((await listJournals(directory)).map(({ path }) => path.slice(directory.length + 1))).toEqual([
      '20251105T020000Z-0a1b.jsonl.gz',
      '20251106T020000Z-ffff.jsonl',
    ]);
    expect(await listJournals(join(directory, 'none'))).toEqual([]);
  }));
