import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import {
  BusyError,
  ConfigurationError,
  check,
  EtlError,
  openClient,
  plan,
  type RunEvent,
  replay,
  run,
} from '../../src/index.ts';
import { takeLock } from '../../src/load/lock.ts';
import { outDirectory } from '../../src/load/out-directory.ts';
import { startNode } from '../commands/built-program.ts';
import { openSandbox } from '../sandbox/http.ts';
import { libraryExamples } from './examples.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-library-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const SIZE = { monitors: 2, ips: 3, days: 2 };

describe('the library', () => {
  it('runs, plans, checks and replays', async () => {
    const sandbox = await openSandbox(SIZE);
    const out = join(scratch, 'whole');
    const events: RunEvent[] = [];
    const settings = { token: sandbox.token, apiUrl: sandbox.url, out, rate: 0 };
    const summary = await run({ ...settings, onEvent: (event) => events.push(event) });
    expect(summary).toMatchObject({ status: 'ok', requests: sandbox.requests.total, rows: { monitors: 2 } });
    expect(events).toContainEqual({ type: 'stage', stage: 'publish' });
    expect(await plan(settings)).toMatchObject({
      monitors: 2,
      is_complete: true,
      details: { new: { ips: 0 } },
    });
    expect(await check({ out })).toMatchObject({ run_id: summary.run_id, rows: summary.rows });
    expect(await replay({ out })).toMatchObject({ rows: { monitors: 2 } });
  });

  it('has the refusals of the command line', async () => {
    const sandbox = await openSandbox(SIZE);
    const out = join(scratch, 'locked');
    const settings = { token: sandbox.token, apiUrl: sandbox.url, out, rate: 0 };
    await run(settings);
    const lock = await takeLock(outDirectory(out).lock, nodeFileSystem);
    await expect(run(settings)).rejects.toThrow(BusyError);
    await lock.release();
    await expect(run({ ...settings, token: '' })).rejects.toThrow(ConfigurationError);
    await expect(run({ ...settings, since: 'yesterday' })).rejects.toThrow('--since takes a day');
    await expect(check({ out: join(scratch, 'nowhere') })).rejects.toThrow(EtlError);
    expect(() => openClient({ token: 'x', apiUrl: 'http://example.org/v1' })).toThrow(ConfigurationError);
  });

  it('ends at a signal, and warns', async () => {
    const sandbox = await openSandbox(SIZE);
    const stop = new AbortController();
    const settings = { token: sandbox.token, apiUrl: sandbox.url, out: join(scratch, 'ended'), rate: 0 };
    const summary = await run({
      ...settings,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'page') stop.abort(new Error('enough'));
      },
    });
    expect(summary).toMatchObject({ status: 'interrupted', stop_reason: 'signal', version_dir: null });
  });
});

describe('docs/library.md', () => {
  const examples = libraryExamples();

  it('has the two examples that are run here', () => {
    expect(examples).toHaveLength(2);
  });

  it.each([
    ['the client', 0, /\n {2}\S+ \d+ \S+%\n(.|\n)*3 requests\n$/],
    ['a run', 1, /^ok \d+ \d+\n\d{8}T\d{6}Z-\w+\n$/],
  ])('%s: the example does what it says, with the built package', async (_, index, expected) => {
    const sandbox = await openSandbox({ ...SIZE, percent: 'percent', pagination: 'links', now: Date.now });
    const child = startNode(['--input-type=module', '--eval', examples[index] ?? ''], {
      MAILERSEND_API_TOKEN: sandbox.token,
      MAILERSEND_API_BASE_URL: sandbox.url,
      DMARC_OUT: join(scratch, 'example'),
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(expected);
  });
});

describe('the entry', () => {
  it('loads no database before a dataset is asked for', async () => {
    const code = `
      const loaded = () => process.report.getReport().sharedObjects.filter((path) => path.includes('duckdb'));
      await import('mailersend-dmarc-etl');
      console.log(loaded().length);
      await import('@duckdb/node-api');
      console.log(loaded().length > 0);
    `;
    const child = startNode(['--input-type=module', '--eval', code]);
    expect(await text(child.stdout)).toBe('0\ntrue\n');
  });
});
