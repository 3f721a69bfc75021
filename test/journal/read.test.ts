import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { openJournal } from '../../src/journal/append.ts';
import { isAttempt } from '../../src/journal/line.ts';
import { parseAttempts } from '../../src/journal/parse.ts';
import { openReader } from '../../src/journal/read.ts';
import { ATTEMPT, FOOTER, HEADER, linesOf, withDirectory } from './journal-lines.ts';

/** A journal of a header and two attempts, with characters of several bytes in the last. */
async function writeSample(path: string): Promise<Buffer> {
  const journal = await openJournal(path, HEADER);
  await journal.append(ATTEMPT, '{"data":[]}');
  await journal.append(ATTEMPT, '{"data":[{"report_source":"Zürich 電子 🎉"}]}');
  await journal.abandon();
  return readFile(path);
}

test('cut at every byte of the last line: the lines before it are read, the torn one is told', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const bytes = await writeSample(path);
    const start = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let end = start; end < bytes.length; end += 1) {
      await writeFile(path, bytes.subarray(0, end));
      const torn: number[] = [];
      const lines = await linesOf(path, { onTorn: (line) => torn.push(line) });
      expect(lines.length).toBe(2);
      expect(torn).toEqual(end === start ? [] : [3]);
      expect(await linesOf(path)).toEqual(lines);
    }
  }));

test('a last line of rubbish is torn too, whatever power loss left in it', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const bytes = await writeSample(path);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (rubbish) => {
        fc.pre(!rubbish.subarray(0, -1).includes(0x0a));
        await writeFile(path, Buffer.concat([bytes, rubbish]));
        const torn: number[] = [];
        expect((await linesOf(path, { onTorn: (line) => torn.push(line) })).length).toBe(3);
        expect(torn).toEqual([4]);
      }),
      { numRuns: 100 },
    );
  }));

test('a quota below zero, as earlier versions wrote it, is none', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, { ...HEADER, quota_before: -3 });
    await journal.close({ ...FOOTER, quota_after: -4 });
    const reader = await openReader(path);
    for await (const _ of reader?.groups ?? []);
    expect([reader?.header.quota_before, reader?.end().footer?.quota_after]).toEqual([0, 0]);
  }));

test('a torn line after the footer is dropped, and the footer is read', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    await journal.append(ATTEMPT, '{"data":[]}');
    await journal.close(FOOTER);
    await appendFile(path, Buffer.alloc(10));
    const torn: number[] = [];
    const lines = await linesOf(path, { onTorn: (line) => torn.push(line) });
    expect(lines.at(-1)).toMatchObject({ type: 'footer' });
    expect([lines.length, torn]).toEqual([3, [4]]);
  }));

test('lines of a large journal are read once, in their order, and the footer last', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    const sizes = [10, 2_000_000, 700_000, 700_000, 10, 1_500_000, 10];
    for (const size of sizes) await journal.append(ATTEMPT, `{"data":["${'x'.repeat(size)}"]}`);
    await journal.close(FOOTER);
    const lines = await linesOf(path);
    const attempts = lines.filter(isAttempt);
    expect(attempts.map(({ seq }) => seq)).toEqual(sizes.map((_, index) => index + 1));
    expect(lines.at(-1)).toMatchObject({ type: 'footer' });
  }));

test('a damaged line that is not the last ends in an error with file and line', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const lines = (await writeSample(path)).toString('utf8').split('\n');
    await writeFile(path, [lines[0], `${lines[1]?.slice(0, -5)}`, lines[2], ''].join('\n'));
    await expect(linesOf(path)).rejects.toThrow(/a\.jsonl, line 2: damaged/);
    await expect(linesOf(path)).rejects.toBeInstanceOf(DataError);
  }));

test('a journal of a newer format is refused and says so', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    await writeFile(path, `${JSON.stringify({ v: 99, type: 'header' })}\n`);
    await expect(linesOf(path)).rejects.toThrow(/format 99, this program reads up to 1/);
  }));

test('a missing journal is an error; an empty one has no lines', () =>
  withDirectory(async (directory) => {
    await expect(linesOf(join(directory, 'none.jsonl'))).rejects.toThrow(/ENOENT/);
    await writeFile(join(directory, 'empty.jsonl'), '');
    expect(await linesOf(join(directory, 'empty.jsonl'))).toEqual([]);
  }));

test('a compressed journal is the same; a cut one is an error', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    for (let page = 1; page <= 500; page += 1) await journal.append({ ...ATTEMPT, page }, '{"data":[1,2,3]}');
    await journal.close(FOOTER);
    const plain = await linesOf(path);
    const zipped = gzipSync(await readFile(path));
    await writeFile(`${path}.gz`, zipped);
    expect(await linesOf(`${path}.gz`)).toEqual(plain);
    await writeFile(`${path}.gz`, zipped.subarray(0, zipped.length / 2));
    await expect(linesOf(`${path}.gz`)).rejects.toThrow(/a\.jsonl\.gz cannot be read/);
  }));

test('an error of the disk is no damage of the journal', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    await writeSample(path);
    const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    const open: FileSystem['open'] = async (...words) => {
      const handle = await nodeFileSystem.open(...words);
      handle.read = () => Promise.reject(broken);
      return handle;
    };
    await expect(linesOf(path, { fileSystem: { ...nodeFileSystem, open } })).rejects.toBe(broken);
  }));

test('a reader that stops early leaves nothing open', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    await writeSample(path);
    const reader = await openReader(path);
    for await (const group of reader?.groups ?? []) {
      expect([...parseAttempts(group)]).toHaveLength(2);
      break;
    }
    await (await openReader(path))?.close();
  }));
