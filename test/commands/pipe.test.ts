import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { outputOf } from '../../src/present/terminal.ts';
import { PROGRAM } from './built-program.ts';

describe('a reader that goes away', () => {
  it('ends the program without a word', async () => {
    const line = `"${process.execPath}" "${PROGRAM}" run --help | true; exit "\${PIPESTATUS[0]}"`;
    expect(await promisify(execFile)('bash', ['-c', line])).toEqual({ stdout: '', stderr: '' });
  });

  it('makes later writes vanish, also one that was waiting', async () => {
    const stream = Object.assign(new PassThrough({ highWaterMark: 1 }), { isTTY: false });
    const output = outputOf(stream as never);
    const waiting = output.write('more than fits');
    stream.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    await waiting;
    await output.write('more');
  });
});

describe('a slow reader', () => {
  it('is waited for', async () => {
    const stream = Object.assign(new PassThrough({ highWaterMark: 1 }), { isTTY: false });
    const output = outputOf(stream as never);
    let written = false;
    const waiting = output.write('more than fits').then(() => {
      written = true;
    });
    await once(stream, 'readable');
    expect(written).toBe(false);
    stream.resume();
    await waiting;
  });
});
