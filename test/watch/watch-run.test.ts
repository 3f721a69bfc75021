import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { tellError } from '../../src/commands/tell-error.ts';
import { BusyError } from '../../src/errors.ts';
import { nodeFileSystem } from '../../src/files.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { metricsText } from '../../src/watch/metrics.ts';
import { pingUrl } from '../../src/watch/ping.ts';
import { type Watching, watchRun } from '../../src/watch/watch-run.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';
import { parseOpenMetrics } from './open-metrics.ts';

const ZEROES = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0, bytes: 0, quota_after: null };

let scratch: string;
let watcher: Server;
let sandbox: Sandbox;
/** What the watcher answers; 0 = it never does. */
let status = 200;
let heard: { path: string; body: string }[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-watch-'));
  sandbox = await startSandbox({ monitors: 1, ips: 2, days: 3, rateLimit: 0 });
  watcher = createServer(async (request, response) => {
    heard.push({ path: request.url ?? '', body: await text(request) });
    if (status > 0) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => watcher.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  watcher.closeAllConnections();
  watcher.close();
  await sandbox.close();
  await rm(scratch, { recursive: true });
});

beforeEach(() => {
  heard = [];
  status = 200;
});

const urlOf = (path: string) => `http://127.0.0.1:${(watcher.address() as AddressInfo).port}${path}`;

/** One `dmarc-etl run`; what it said and the exit code. */
async function run(words: readonly string[], token = sandbox.token) {
  const terminal = fakeTerminal({ environment: { MAILERSEND_API_TOKEN: token } });
  const base = ['run', '--api-url', sandbox.url, '--rate', '0', '--log-level', 'silent'];
  const code = await dispatch([...base, ...words], terminal).catch((error: unknown) =>
    tellError(error, terminal),
  );
  return { code, ...terminal.told() };
}

describe('dmarc-etl run, watched', () => {
  it('tells of start and success, and writes what happened as OpenMetrics', async () => {
    const file = join(scratch, 'dmarc_etl.prom');
    const words = ['--out', join(scratch, 'good'), '--ping-url', urlOf('/uuid?x=y'), '--metrics-file', file];
    const { code, stdout } = await run([...words, '--json']);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as RunSummary;
    expect(heard.map(({ path }) => path)).toEqual(['/uuid/start?x=y', '/uuid?x=y']);
    expect(heard[1]?.body).toBe(
      `run ${summary.run_id}: ok (done), ${summary.requests} requests\nexit code 0`,
    );

    const families = parseOpenMetrics(await readFile(file, 'utf8'));
    const value = (name: string, labels = {}) =>
      families
        .get(`dmarc_etl_${name}`)
        ?.samples.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    expect(value('run_sent_requests')).toBe(summary.requests);
    expect(value('run_exit_code')).toBe(0);
    expect(value('run_status', { status: 'ok' })).toBe(1);
    expect(value('run_status', { status: 'failed' })).toBe(0);
    expect(value('table_rows', { table: 'report_records' })).toBe(summary.rows.report_records);
    expect(value('run_items', { outcome: 'inserted' })).toBe(summary.items.inserted);
    expect(value('quota_left_requests')).toBe(summary.quota_after);
    expect(value('fresh_ratio', { of: 'ips' })).toBe(1);
    expect(value('as_of_timestamp_seconds')).toBe(Date.parse(summary.as_of_date ?? '') / 1000);
    const success = value('last_success_timestamp_seconds');
    expect(success).toBe(value('last_run_timestamp_seconds'));
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect((await readdir(scratch)).filter((name) => name.startsWith('dmarc_etl.prom'))).toEqual([
      'dmarc_etl.prom',
    ]);

    const failed = await run([...words, '--json'], 'mlsn.wrong-wrong-wrong-wrong');
    expect(failed.code).toBe(4);
    const after = parseOpenMetrics(await readFile(file, 'utf8'));
    expect(after.get('dmarc_etl_run_exit_code')?.samples[0]?.value).toBe(4);
    expect(after.get('dmarc_etl_last_success_timestamp_seconds')?.samples[0]?.value).toBe(success);
  });

  it('tells of a failure, also of one before the run, and never the token', async () => {
    const token = 'mlsn.wrong-wrong-wrong-wrong';
    const ping = ['--out', join(scratch, 'bad'), '--ping-url', urlOf('/u')];
    const { code, stdout } = await run([...ping, '--json'], token);
    expect(code).toBe(4);
    expect(heard.map(({ path }) => path)).toEqual(['/u/start', '/u/fail']);
    expect(heard[1]?.body).toMatch(/^run failed: .+\nexit code 4$/s);
    const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(told).toMatchObject({ status: 'failed', exit_code: 4, error: 'AuthenticationError' });
    expect(JSON.stringify([heard, stdout])).not.toContain(token);

    heard = [];
    expect((await run(ping, '')).code).toBe(2);
    expect(heard.map(({ path }) => path)).toEqual(['/u/start', '/u/fail']);
    expect(heard[1]?.body).toContain('no API token');

    heard = [];
    expect((await run([...ping, '--max-requests', '2'])).code).toBe(3);
    expect(heard.map(({ path }) => path)).toEqual(['/u/start', '/u/fail']);
  });
});

describe('watchRun', () => {
  const SUMMARY = {
    run_id: 'x',
    status: 'ok',
    stop_reason: 'done',
    requests: 1,
    version_dir: null,
  } as RunSummary;
  const ENDED = {
    summary: { ...SUMMARY, items: {}, failed_checks: [], warnings: [] } as unknown as RunSummary,
    exitCode: 0,
  };

  function watching(over: Partial<Watching>) {
    const warnings: string[] = [];
    const base: Watching = {
      ...{ metricsFile: null, ping: null, clock: { now: () => 5_000 }, fileSystem: nodeFileSystem },
      ...{ secrets: new Set(['secret']), redact: (told: string) => told.replaceAll('secret', '[redacted]') },
      warn: (message) => warnings.push(message),
    };
    return { warnings, watching: { ...base, ...over } };
  }

  it.each([
    ['answers with an error', 500, () => urlOf('/u'), /told of the start: status 500/],
    ['redirects', 302, () => urlOf('/u'), /status 302/],
    ['never answers', 0, () => urlOf('/u'), /told of the success: .*(timeout|abort)/i],
    ['is not there', 200, () => 'http://127.0.0.1:1/u', /ECONNREFUSED/],
  ])('goes on when the watcher %s', async (_, answers, url, warning) => {
    status = answers;
    const { warnings, watching: watched } = watching({ ping: { url: url(), timeoutMs: 200 } });
    expect(await watchRun(watched, async () => ENDED)).toBe(ENDED);
    expect(warnings).toHaveLength(2);
    expect(warnings.join('\n')).toMatch(warning);
  });

  it('throws what the run threw, redacted for the watcher only', async () => {
    const { watching: watched } = watching({ ping: { url: urlOf('/u') } });
    const error = new BusyError('held by secret');
    await expect(watchRun(watched, () => Promise.reject(error))).rejects.toBe(error);
    expect(heard.at(-1)).toEqual({ path: '/u/fail', body: 'run failed: held by [redacted]\nexit code 75' });
  });

  it('tells nothing to a URL that holds the token', async () => {
    const { warnings, watching: watched } = watching({ ping: { url: urlOf('/secret') } });
    await watchRun(watched, async () => ENDED);
    expect(heard).toEqual([]);
    expect(warnings.join()).toContain('holds the API token');
    expect(warnings.join()).not.toContain('secret');
  });

  it('goes on when the metrics cannot be written, and leaves those that are there', async () => {
    const { warnings, watching: watched } = watching({ metricsFile: join(scratch, 'none', 'x.prom') });
    expect(await watchRun(watched, async () => ENDED)).toBe(ENDED);
    expect(warnings.join()).toMatch(/metrics could not be written: ENOENT/);
  });

  it('carries the last success over from any older file, and from none', async () => {
    const file = join(scratch, 'carried.prom');
    const fail = () =>
      watchRun(watching({ metricsFile: file }).watching, () => Promise.reject(new BusyError('x'))).catch(
        () => null,
      );
    await fail();
    expect(await readFile(file, 'utf8')).not.toContain('last_success');
    await writeFile(file, 'dmarc_etl_last_success_timestamp_seconds 123.5\n');
    await fail();
    expect(await readFile(file, 'utf8')).toContain('\ndmarc_etl_last_success_timestamp_seconds 123.5\n');
  });
});

describe('pieces', () => {
  it('a label is escaped, whatever a table is called', () => {
    const rows = { 'a"b\\c\nd': 3 };
    const run = {
      ...{ items: {}, failed_checks: [], warnings: [] },
      rows,
      version_dir: '/x',
    } as unknown as RunSummary;
    const times = { exitCode: 0, startedAt: 1, endedAt: 2, lastSuccessAt: null, dataset: null };
    const text = metricsText({ ...times, run: { ...run, ...ZEROES } });
    expect(parseOpenMetrics(text).get('dmarc_etl_table_rows')?.samples).toEqual([
      { labels: { table: 'a"b\\c\nd' }, value: 3 },
    ]);
  });

  it.each([
    ['https://hc-ping.com/uuid', 'https://hc-ping.com/uuid/start'],
    ['https://hc-ping.com/uuid/', 'https://hc-ping.com/uuid/start'],
    ['https://a.example/p?create=1', 'https://a.example/p/start?create=1'],
    ['https://a.example', 'https://a.example/start'],
  ])('the start of %s is %s', (url, expected) => {
    expect(pingUrl(url, 'start').href).toBe(expected);
  });
});
