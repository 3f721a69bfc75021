import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROGRAM } from './built-program.ts';

const out = mkdtempSync(join(tmpdir(), 'dmarc-etl-limits-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs the program in a shell that allows so many open files. */
function runWith(handles: number, words: readonly string[]) {
  const command = `ulimit -n ${handles} && exec "$@"`;
  return spawnSync('sh', ['-c', command, 'sh', process.execPath, PROGRAM, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MAILERSEND_API_TOKEN: 'mlsn.x' },
  });
}

const RUN = ['run', '--quiet', '--api-url', 'http://127.0.0.1:9/v1', '--out', join(out, 'data')];

describe('with too few file handles to load what a run needs', () => {
  it.each([64, 80])('%d: that is what is told, and not a missing package', (handles) => {
    const { status, stderr } = runWith(handles, RUN);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^dmarc-etl: this process has no free file handles \(EMFILE\): .*\nRaise `ulimit -n`.*\n$/,
    );
  });

  it('--json tells the same', () => {
    const { status, stdout } = runWith(64, [...RUN, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      status: 'failed',
      error: 'ResourceError',
      hint: expect.stringContaining('ulimit -n'),
    });
  });
});

describe('where nobody listens', () => {
  it('a run ends with one sentence and what to do', () => {
    const { status, stderr } = runWith(1024, RUN);
    expect(status).toBe(1);
    const [sentence, hint] = stderr.trimEnd().split('\n').slice(-2);
    expect(sentence).toMatch(/^dmarc-etl: cannot reach http:\/\/127\.0\.0\.1:9: connection refused/);
    expect(hint).toMatch(/--api-url.*`dmarc-etl doctor`/);
  }, 60_000);
});
