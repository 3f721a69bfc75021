import { describe, expect, it } from 'vitest';
import { BusyError, DataError, PublishError } from '../src/errors.ts';
import { asStorageError } from '../src/storage-error.ts';
import { refusal } from './run/refusing-files.ts';

const PUBLISHED = expect.stringContaining('what was published stays');

describe('asStorageError', () => {
  it.each([
    ['EMFILE', /ulimit -n/],
    ['ENFILE', /fs\.file-max/],
    ['ENOMEM', /ulimit -v/],
    ['ENOSPC', /df -h.*df -i.*doctor/],
    ['EDQUOT', /df -h/],
    ['EROFS', /Let this user write/],
    ['EIO', /Look after the disk/],
  ])('says what to do about %s of the file system', (code, hint) => {
    const told = asStorageError(refusal(code, 'open', '/srv/out/x'), 'run', '/srv/out');
    expect(told).toBeInstanceOf(DataError);
    expect(told).toMatchObject({ exitCode: 1, hint: expect.stringMatching(hint) });
    expect(told).toMatchObject({ hint: PUBLISHED, message: expect.stringContaining(code) });
  });

  it.each([
    ['IO Error: Cannot open file "/srv/x": Too many open files', /ulimit -n/],
    ['IO Error: Cannot open file "/srv/x": Too many open files in system', /fs\.file-max/],
    ['IO Error: Could not allocate: Cannot allocate memory', /ulimit -v/],
    ['IO Error: Could not write file "/srv/x": No space left on device', /df -h/],
    ['Out of Memory Error: could not allocate block', /--memory-limit/],
  ])('says what to do about what DuckDB says: %s', (message, hint) => {
    const told = asStorageError(new Error(message), 'publish', '/srv/out/versions/1');
    expect(told).toBeInstanceOf(PublishError);
    expect(told).toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it('names the program that holds a database', () => {
    const message =
      'IO Error: Could not set lock on file "/srv/a.duckdb": Conflicting lock is held in /usr/bin/python3.12 (PID 4711) by user ann. See also https://duckdb.org';
    const told = asStorageError(new Error(message), 'run', '/srv/out');
    expect(told).toBeInstanceOf(BusyError);
    expect(told).toMatchObject({
      message: '/srv/a.duckdb is held open for writing by process 4711 (/usr/bin/python3.12)',
    });
  });

  it('also where DuckDB does not know it', () => {
    const message =
      'IO Error: Could not set lock on file "/srv/a.duckdb": Conflicting lock is held. See also https://duckdb.org';
    expect(asStorageError(new Error(message), 'run', '/srv/out')).toMatchObject({
      message: '/srv/a.duckdb is held open for writing by another program',
    });
  });

  it('leaves every other error as it is', () => {
    const error = new Error('no error of files');
    expect(asStorageError(error, 'run', '/srv/out')).toBe(error);
  });
});
