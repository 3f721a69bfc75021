import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Ended, PROGRAM, runProgram, startNode } from '../commands/built-program.ts';

const TOKEN = 'mlsn.7f3a0123456789abcdef0123456789abcdef';
const ECHO = JSON.stringify({ message: `Bearer ${TOKEN} is odd`, errors: { [TOKEN]: [TOKEN] } });
const asked: string[] = [];
let sandbox: Sandbox;
let scratch: string;

/** An API that tells the token again wherever it can: in rows, names of fields, headers and refusals. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-token-'));
  sandbox = await startSandbox({ monitors: 2, ips: 3, days: 2, rateLimit: 0, token: TOKEN });
  const [monitor] = sandbox.truth().monitors as { id: string }[];
  const id = monitor?.id ?? '';
  for (const rows of Object.values(sandbox.truth().report_records[id] ?? {})) {
    for (const { id: record } of rows as { id: string }[]) {
      sandbox.setRecord(id, record, { override_comment: TOKEN, [TOKEN]: TOKEN });
    }
  }
  sandbox.setMonitor(id, { spf_record: `token=${TOKEN}` });
  sandbox.configure({
    faultAt: ({ path, query, timesAsked }) => {
      asked.push(`${path}?${query}`);
      const headers = { location: `https://elsewhere.example/?t=${TOKEN}`, 'x-echo': TOKEN };
      if (path.endsWith('/report-sources')) return { status: 400, body: ECHO, headers };
      return path.endsWith('/report') && timesAsked === 0 ? { status: 503, body: ECHO, headers } : null;
    },
  });
});

afterAll(() => sandbox.close());

/** The words of a run; the token comes by the environment or by a file. */
function runWords(out: string): string[] {
  return [
    'run',
    '--api-url',
    sandbox.url,
    '--out',
    join(scratch, out),
    '--rate',
    '0',
    '--log-level',
    'trace',
  ];
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the token, against an API that tells it again', () => {
  let ended: Ended;

  it('is in no output, with all stacks and the finest log', async () => {
    ended = await runProgram(runWords('told'), { MAILERSEND_API_TOKEN: TOKEN, DMARC_ETL_DEBUG: '1' });
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('[token]') });
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(TOKEN);
  });

  it('is in no file, though its place is', async () => {
    const files = await filesBelow(join(scratch, 'told'));
    expect(files.length).toBeGreaterThan(10);
    let places = 0;
    for (const path of files) {
      const bytes = await readFile(path);
      const plain = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      expect([path, plain.includes(TOKEN)]).toEqual([path, false]);
      if (plain.includes('[token]')) places += 1;
    }
    expect(places).toBeGreaterThan(0);
  });

  it('is in no URL', () => {
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((url) => url.includes(TOKEN))).toEqual([]);
  });

  it('is in no argument and no title of the process', async () => {
    const slow = await startSandbox({
      monitors: 1,
      ips: 1,
      days: 1,
      rateLimit: 0,
      slowMs: 5_000,
      token: TOKEN,
    });
    slow.configure({ faultAt: () => 'slow' });
    const words = ['run', '--api-url', slow.url, '--out', join(scratch, 'title')];
    const child = startNode([PROGRAM, ...words], { MAILERSEND_API_TOKEN: TOKEN });
    const told = text(child.stderr);
    while (slow.inFlight() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const line = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' });
    child.kill('SIGKILL');
    await slow.close();
    expect(line).toContain('--api-url');
    expect(line).not.toContain(TOKEN);
    expect(await told).not.toContain(TOKEN);
  });

  it.each([
    ['a flag', ['--token', TOKEN]],
    ['a flag with =', [`--token=${TOKEN}`]],
    ['an argument', [TOKEN]],
    ['the file', ['--token-file', join('nowhere', 'token')]],
  ])('is not told again when %s is refused', async (_, words) => {
    const environment = words.includes('--token-file') ? {} : { MAILERSEND_API_TOKEN: TOKEN };
    const refused = await runProgram([...runWords('refused'), ...words], environment);
    expect(refused.code).toBe(2);
    expect(`${refused.stdout}${refused.stderr}`).not.toContain(TOKEN);
  });
});
