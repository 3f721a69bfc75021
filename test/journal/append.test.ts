import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { openJournal } from '../../src/journal/append.ts';
import { isAttempt, isFooter, isHeader } from '../../src/journal/line.ts';
import { ATTEMPT, FOOTER, HEADER, linesOf, withDirectory } from './journal-lines.ts';

test('what is appended is read again: header, attempts in order, footer', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    expect(await journal.append(ATTEMPT, '{"data":[]}')).toBe(1);
    expect(await journal.append({ ...ATTEMPT, status: 0, error: 'torn: cut' })).toBe(2);
    await journal.close(FOOTER);
    const [header, first, second, footer, ...more] = await linesOf(path);
    expect(header).toEqual({ v: 1, type: 'header', ...HEADER });
    expect(first).toEqual({ v: 1, seq: 1, ...ATTEMPT, body: { data: [] } });
    expect(second).toEqual({ v: 1, seq: 2, ...ATTEMPT, status: 0, error: 'torn: cut' });
    expect(footer).toEqual({ v: 1, type: 'footer', ...FOOTER });
    expect(more).toEqual([]);
    expect(
      [header, first, footer].map((line) => line && [isHeader(line), isAttempt(line), isFooter(line)]),
    ).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  }));

test('the body is the answer as it came, but for raw line breaks', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    const body = '{\r\n "data": [9007199254740993, 1e400, "a\\nb\u2028 ü"],\n "data2": 1.0}';
    await journal.append(ATTEMPT, body);
    await journal.abandon();
    const line = (await readFile(path, 'utf8')).split('\n')[1];
    expect(line).toContain(`"body":${body.replaceAll(/[\r\n]/g, ' ')}}`);
  }));

test('the file is private, and an existing one is never touched', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    await (await openJournal(path, HEADER)).abandon();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const before = await readFile(path, 'utf8');
    await expect(openJournal(path, HEADER)).rejects.toThrow(DataError);
    expect(await readFile(path, 'utf8')).toBe(before);
  }));

test('appends given at once keep their order and each is on the disk when it resolves', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    const seen = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const seq = await journal.append({ ...ATTEMPT, page: index + 1 });
        return (await readFile(path, 'utf8')).includes(`"seq":${seq},`);
      }),
    );
    await journal.close(FOOTER);
    expect(seen.every(Boolean)).toBe(true);
    const pages = (await linesOf(path)).filter(isAttempt).map(({ seq, page }) => [seq, page]);
    expect(pages).toEqual(Array.from({ length: 200 }, (_, index) => [index + 1, index + 1]));
  }));

test('file, header and directory are synced before the journal is open, every line before it resolves', () =>
  withDirectory(async (directory) => {
    const calls: string[] = [];
    const journal = await openJournal(join(directory, 'a.jsonl'), HEADER, watched(calls));
    expect(calls).toEqual(['append', 'datasync', 'sync directory']);
    await journal.append(ATTEMPT, '{}');
    expect(calls.slice(3)).toEqual(['append', 'datasync']);
    await journal.abandon();
  }));

test('after a write that failed nothing is appended any more, and the error names the file', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'a.jsonl');
    let isFull = false;
    const journal = await openJournal(
      path,
      HEADER,
      failing(() => isFull),
    );
    await journal.append(ATTEMPT, '{}');
    isFull = true;
    await expect(journal.append(ATTEMPT, '{}')).rejects.toThrow(/a\.jsonl cannot be written: ENOSPC/);
    isFull = false;
    await expect(journal.append(ATTEMPT, '{}')).rejects.toThrow(DataError);
    await expect(journal.close(FOOTER)).rejects.toThrow(DataError);
    expect((await linesOf(path)).length).toBe(2);
  }));

test('a journal that is closed takes nothing', () =>
  withDirectory(async (directory) => {
    const journal = await openJournal(join(directory, 'a.jsonl'), HEADER);
    await journal.close(FOOTER);
    await expect(journal.append(ATTEMPT)).rejects.toThrow(/closed/);
  }));

/** The real file system, with its writes and syncs told. */
function watched(calls: string[]): FileSystem {
  const open: FileSystem['open'] = async (path, flags, mode) => {
    const handle = await nodeFileSystem.open(path, flags, mode);
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'appendFile') calls.push('append');
          if (name === 'datasync') calls.push('datasync');
          if (name === 'sync') calls.push(flags === 'r' ? 'sync directory' : 'sync');
          return value.apply(target, args);
        };
      },
    });
  };
  return { ...nodeFileSystem, open };
}

/** A disk that is full while `isFull`. */
function failing(isFull: () => boolean): FileSystem {
  const open: FileSystem['open'] = async (path, flags, mode) => {
    const handle = await nodeFileSystem.open(path, flags, mode);
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'appendFile' && isFull()) throw new Error('ENOSPC: no space left on device');
          return value.apply(target, args);
        };
      },
    });
  };
  return { ...nodeFileSystem, open };
}
