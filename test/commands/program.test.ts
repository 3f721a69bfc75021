import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { PROGRAM, runProgram, startNode } from './built-program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-program-'));
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ monitors: 2, ips: 4, days: 5, rateLimit: 0 });
});

afterAll(async () => {
  await sandbox.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** `run` into a directory of the scratch folder, by a token of the environment. */
function runInto(name: string, flags: readonly string[] = [], token = sandbox.token) {
  const words = ['run', '--api-url', sandbox.url, '--out', join(scratch, name), '--rate', '0', ...flags];
  return runProgram(words, { MAILERSEND_API_TOKEN: token });
}

describe('dmarc-etl, through a pipe', () => {
  it('runs, and what it published can be asked', async () => {
    const run = await runInto('piped');
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('"SELECT domain_name, report_date, volume, pass_rate FROM v_domain_daily');
    expect(`${run.stdout}${run.stderr}`).not.toContain('\x1b');
    expect(`${run.stdout}${run.stderr}`).not.toContain(sandbox.token);
    for (const line of run.stderr.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');

    const out = ['--out', join(scratch, 'piped')];
    const [count, csv, status] = await Promise.all([
      runProgram([
        'query',
        ...out,
        '--json',
        "SELECT count(*) AS monitors, DATE '2026-01-31' AS day FROM monitors",
      ]),
      runProgram([
        'query',
        ...out,
        '--csv',
        "SELECT TIMESTAMPTZ '2026-01-31 01:00:00.5+01' AS at, NULL AS n",
      ]),
      runProgram(['status', ...out, '--json']),
    ]);
    expect(JSON.parse(count.stdout)).toEqual([{ monitors: 2, day: '2026-01-31' }]);
    expect(csv.stdout).toBe('at,n\r\n2026-01-31T00:00:00.500000Z,\r\n');
    expect(JSON.parse(status.stdout)).toMatchObject({
      rows: { monitors: 2 },
      api_origin: new URL(sandbox.url).origin,
    });
  });

  it('tells a run as one object with --json, and nothing with --quiet', async () => {
    const told = await runInto('told', ['--json', '--log-level', 'silent']);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({
      status: 'ok',
      stop_reason: 'done',
      rows: { monitors: 2 },
    });
    expect(await runInto('told', ['--quiet'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  it('ends with 4 and one clear sentence when the token is wrong', async () => {
    const refused = await runInto('refused', ['--quiet'], 'mlsn.wrong-token');
    expect(refused.code).toBe(4);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toMatch(/^dmarc-etl: .+\n/);
    expect(refused.stderr).not.toContain('mlsn.wrong-token');
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  it('ends with 2 when the query cannot be answered, and changes nothing', async () => {
    await runInto('asked');
    const out = ['query', '--out', join(scratch, 'asked')];
    const [unknown, writing] = await Promise.all([
      runProgram([...out, 'SELECT * FROM nowhere']),
      runProgram([...out, 'DROP TABLE monitors']),
    ]);
    expect(unknown).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('the query failed: '),
    });
    expect(writing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('read-only') });
  });

  it('ends with 3 when it may not ask for everything, or with 0 if that is allowed', async () => {
    expect(await runInto('partial', ['--max-requests', '4'])).toMatchObject({ code: 3 });
    expect(await runInto('allowed', ['--max-requests', '4', '--allow-partial'])).toMatchObject({ code: 0 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends soon after %s with %d', async (signal, code) => {
    const slow = await startSandbox({ monitors: 2, ips: 4, days: 5, rateLimit: 5 });
    const words = ['run', '--api-url', slow.url, '--out', join(scratch, signal)];
    const child = startNode([PROGRAM, ...words], { MAILERSEND_API_TOKEN: slow.token });
    const told = text(child.stdout);
    let isStopped = false;
    child.stderr.on('data', (chunk: Buffer) => {
      // A second signal would end it at once.
      if (!isStopped && chunk.includes('"waiting"')) isStopped = child.kill(signal);
    });
    const ended = await new Promise((resolve) => child.once('exit', (...end) => resolve(end)));
    await slow.close();
    expect(ended).toEqual([code, null]);
    expect(await told).toContain('interrupted (stopped by: signal)');
  });
});
