import { type ChildProcess, execFileSync } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, runProgram, startNode } from './built-program.ts';

const TOKEN = { MAILERSEND_API_TOKEN: 'mlsn.never-asked-with' };
/** Nobody listens there. */
const API = ['--api-url', 'http://127.0.0.1:1/v1'];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-unmakeable-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe.runIf(process.platform === 'linux')('an out directory that cannot be made', () => {
  it.each(['run', 'plan'])(
    'ends %s with exit code 2, and is named',
    async (command) => {
      for (const out of ['/proc/x', '/proc/x/y', '/sys/x']) {
        const { code, stderr } = await runProgram([command, ...API, '--out', out], TOKEN);
        const made = out.split('/').slice(0, 3).join('/');
        expect([code, stderr]).toEqual([
          2,
          expect.stringContaining(`the directory ${made} cannot be made: E`),
        ]);
        expect(stderr).toContain('with --out');
      }
    },
    30_000,
  );

  it('so does one below a link that leads nowhere, or below a file', async () => {
    const [link, file] = [join(scratch, 'link'), join(scratch, 'file')];
    await symlink('/nowhere/at/all', link);
    await writeFile(file, 'mine');
    for (const [out, told] of [
      [link, `the directory ${link} cannot be made: it is a symbolic link to /nowhere/at/all`],
      [join(link, 'x'), `the directory ${link} cannot be made: it is a symbolic link to /nowhere/at/all`],
      [join(file, 'x', 'y'), `${join(file, 'x', 'y')} cannot be used: ENOTDIR`],
    ] as const) {
      const { code, stderr } = await runProgram(['run', ...API, '--out', out], TOKEN);
      expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    }
  }, 30_000);

  it('fails doctor, which names it too', async () => {
    const { code, stdout } = await runProgram(['doctor', '--json', '--out', '/proc/x'], {});
    const { findings } = JSON.parse(stdout) as {
      findings: { name: string; level: string; message: string }[];
    };
    const { level, message } = findings.find(({ name }) => name === 'directory') ?? {};
    expect({ code, level }).toEqual({ code: 1, level: 'fail' });
    expect(message).toContain('/proc/x');
  }, 30_000);
});

describe.runIf(process.platform !== 'win32')('an opening that never ends', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  /** A run that reads the manifest of a published version from a pipe into which nobody writes. */
  async function hang(name: string) {
    const out = join(scratch, name);
    const version = join(out, 'versions', '20251105T000000Z-0001');
    await mkdir(version, { recursive: true });
    await mkdir(join(out, '.state'));
    execFileSync('mkfifo', [join(version, 'manifest.json')]);
    await symlink('versions/20251105T000000Z-0001', join(out, 'current'));
    const child = startNode([PROGRAM, 'run', ...API, '--out', out], TOKEN);
    children.push(child);
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', (code, signal) =>
        resolve(signal === null ? code : signal === 'SIGTERM' ? 143 : signal === 'SIGINT' ? 130 : null),
      );
    });
    const isLocked = () =>
      access(join(out, '.state', 'lock.duckdb')).then(
        () => true,
        () => false,
      );
    while (!(await isLocked())) await sleep(50);
    await sleep(500);
    return { child, endsWithin: (ms: number) => Promise.race([ended, sleep(ms, 'still there')]) };
  }

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'ends a few seconds after %s',
    async (signal, code) => {
      const { child, endsWithin } = await hang(signal);
      child.kill(signal);
      expect(await endsWithin(9_000)).toBe(code);
    },
    30_000,
  );

  it('ends at once when the signal comes again', async () => {
    const { child, endsWithin } = await hang('twice');
    child.kill('SIGTERM');
    await sleep(200);
    child.kill('SIGTERM');
    expect(await endsWithin(1_500)).toBe(143);
  }, 30_000);
});
