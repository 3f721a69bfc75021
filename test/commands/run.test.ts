import { describe, expect, it } from 'vitest';
import { exitCodeOf, printSummary } from '../../src/commands/run.ts';
import { RUN_FLAGS, runFlagsOf } from '../../src/commands/run-flags.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { fakeTerminal } from './fake-terminal.ts';

const RUN: RunSummary = {
  run_id: '20261122T000512Z-1a2b',
  status: 'ok',
  stop_reason: 'done',
  started_at: '2026-11-22T00:05:12Z',
  finished_at: '2026-11-22T00:05:13Z',
  as_of_date: '2026-11-22',
  out: '/srv/dmarc',
  version_dir: '/srv/dmarc/versions/20261122T000512Z-1a2b',
  requests: 4,
  retries: 0,
  rate_limited: 0,
  waited_ms: 0,
  quota_before: null,
  quota_after: null,
  bytes: 10,
  items: { inserted: 1, changed: 0, identical: 0, superseded: 0, set_aside: 0, quarantined: 0 },
  rows: { monitors: 1 },
  files: { written: 1, linked: 0 },
  failed_checks: [],
  warnings: [],
};

describe('printSummary', () => {
  async function print(summary: RunSummary, flags: { json?: boolean; quiet?: boolean }, isTTY = false) {
    const terminal = fakeTerminal({ isTTY });
    await printSummary(summary, flags, terminal);
    return terminal.told();
  }

  it('is on stdout, coloured for a terminal only', async () => {
    expect(await print(RUN, {})).toMatchObject({ stdout: expect.stringContaining(': ok\n'), stderr: '' });
    expect((await print(RUN, {})).stdout).not.toContain('\x1b');
    expect((await print(RUN, {}, true)).stdout).toContain('\x1b[32mok\x1b[39m');
  });

  it('is one JSON object with --json, also with --quiet', async () => {
    const { stdout } = await print(RUN, { json: true, quiet: true });
    expect(JSON.parse(stdout)).toEqual(RUN);
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('is silent about success with --quiet, and on stderr about anything else', async () => {
    expect(await print(RUN, { quiet: true })).toEqual({ stdout: '', stderr: '' });
    const partial = await print({ ...RUN, status: 'partial', stop_reason: 'quota' }, { quiet: true });
    expect(partial).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('partial (stopped by: quota)'),
    });
  });
});

describe('exitCodeOf', () => {
  it.each([
    ['ok', null, false, 0],
    ['ok', 130, false, 0],
    ['partial', null, false, 3],
    ['partial', null, true, 0],
    ['interrupted', 130, false, 130],
    ['interrupted', 143, true, 143],
    ['partial', 143, false, 143],
    ['failed', null, true, 1],
  ] as const)('%s, signal code %s, partial allowed %s: %d', (status, signal, allowPartial, code) => {
    expect(exitCodeOf({ status }, { exitCode: () => signal }, allowPartial)).toBe(code);
  });
});

describe('runFlagsOf', () => {
  it('hands on every flag that is not about printing', () => {
    const others = ['json', 'quiet', 'log-level', 'threshold'];
    const names = Object.keys(RUN_FLAGS).filter((name) => !others.includes(name));
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const { thresholds, ...flags } = runFlagsOf({ ...values, threshold: ['window_days=9'] } as never);
    expect(Object.values(flags).sort()).toEqual(Object.values(values).sort());
    expect(thresholds).toEqual({ window_days: 9 });
  });
});
