/**
 * How well a run uses the API's rate limit, in real time: three minutes against the sandbox at 60 requests a minute.
 * Prints the requests of each server window and the answers 429. `npm run build` first; `npm run bench:pacing`.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../dist/clock.js';
import { nodeFileSystem } from '../dist/files.js';
import { resolveRunOptions } from '../dist/options.js';
import { run } from '../dist/run.js';
import { startSandbox } from '../dist/sandbox/sandbox.js';

const LIMIT = 60;
const WINDOW_MS = 60_000;
const MINUTES = 3;

const sandbox = await startSandbox({ monitors: 3, ips: 100, days: 20, rateLimit: LIMIT });
const out = join(await mkdtemp(join(tmpdir(), 'dmarc-etl-pacing-')), 'out');
const startedAt = Date.now();
const summary = await run(
  resolveRunOptions(
    { out, apiUrl: sandbox.url, deadline: `${MINUTES * 60}s` },
    { MAILERSEND_API_TOKEN: sandbox.token },
  ),
  {
    clock: systemClock,
    fileSystem: nodeFileSystem,
    tell: () => {},
    warn: (message) => console.error(message),
    signal: new AbortController().signal,
    program_version: 'bench',
  },
);
const windows = new Map();
for (const { at } of sandbox.requests.list) {
  const window = Math.floor(at / WINDOW_MS);
  windows.set(window, (windows.get(window) ?? 0) + 1);
}
await sandbox.close();
const rows = [...windows].map(([window, requests]) => ({
  window: new Date(window * WINDOW_MS).toISOString(),
  requests,
  share: requests / LIMIT,
  isWhole: window * WINDOW_MS >= startedAt && (window + 1) * WINDOW_MS <= startedAt + MINUTES * WINDOW_MS,
}));
console.table(rows);
console.log(
  `${summary.requests} requests, ${summary.rate_limited} answers 429, stopped by ${summary.stop_reason}`,
);
