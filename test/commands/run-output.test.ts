import { describe, expect, it } from 'vitest';
import { logEvent, progressOf } from '../../src/commands/run-events.ts';
import { openRunOutput } from '../../src/commands/run-output.ts';
import { createLog } from '../../src/present/log.ts';
import type { RunEvent } from '../../src/run/run-context.ts';
import { fakeTerminal } from './fake-terminal.ts';

const DETAILS = { stream: 'report_records', monitor_id: 'm1', ip: '192.0.2.1' } as const;
const LISTING = { stream: 'aggregated_reports', monitor_id: 'm1', ip: null } as const;
const PAGE = { type: 'page', page: 1, isLast: true, lastPage: null } as const;

/** Every event of a run, and what the progress display makes of it at 10 s. */
const EVENTS: readonly (readonly [RunEvent, object | null])[] = [
  [
    { type: 'stage', stage: 'load' },
    { type: 'stage', stage: 'load' },
  ],
  [{ type: 'monitors', monitors: 3 }, null],
  [
    { type: 'listing', monitor_id: 'm1', ips: 5, isComplete: true },
    { type: 'listing', monitor: 'm1', ips: 5 },
  ],
  [
    { ...PAGE, scope: DETAILS, rows: 7 },
    { type: 'page', monitor: 'm1', records: 7 },
  ],
  [
    { ...PAGE, scope: LISTING, rows: 7 },
    { type: 'page', monitor: 'm1', records: 0 },
  ],
  [{ type: 'ip-done', monitor_id: 'm1', ip: '192.0.2.1', outcome: 'read' }, { type: 'ip-done' }],
  [
    { type: 'waiting', cause: 'rate_limited', untilMs: 25_000 },
    { type: 'waiting', reason: 'the API asked for a pause', ms: 15_000 },
  ],
  [{ type: 'retry', scope: DETAILS, attempt: 1, waitMs: 5, reason: '503' }, { type: 'retry' }],
  [{ type: 're-read', scope: LISTING, pass: 2 }, null],
  [{ type: 'foreign-link', origin: 'https://elsewhere.example' }, null],
  [{ type: 'skipped', scope: DETAILS, reason: '500' }, { type: 'skipped' }],
];

describe('the events of a run', () => {
  it.each(EVENTS)('%o is shown as %o', (event, shown) => {
    expect(progressOf(event, 10_000)).toEqual(shown);
  });

  it('each have a line in the log, with what they carry', () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const log = createLog({ level: 'debug', form: 'json', colors: false, secrets: [], write });
    for (const [event] of EVENTS) logEvent(log, event);
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(read.map(({ event }) => event)).toEqual(EVENTS.map(([event]) => event.type));
    expect(read[3]).toMatchObject({ level: 20, msg: 'page received', scope: DETAILS, rows: 7 });
  });
});

describe('openRunOutput', () => {
  it('draws progress on a terminal and logs warnings for people', async () => {
    const terminal = fakeTerminal({ isTTY: true });
    terminal.secrets.add('mlsn.secret');
    const output = await openRunOutput({}, terminal);
    output.tell({ type: 'listing', monitor_id: 'm1', ips: 2, isComplete: true });
    output.warn('refused mlsn.secret');
    output.stop();
    const { stdout, stderr } = terminal.told();
    expect(stdout).toBe('');
    expect(stderr).toContain('0/2 IPs');
    expect(stderr).toContain('refused [redacted]');
    expect(stderr).not.toContain('source IPs of a monitor listed');
  });

  it.each([
    [{ quiet: true }, {}],
    [{}, { TERM: 'dumb' }],
  ])('draws nothing with %j %j', async (flags, environment) => {
    const terminal = fakeTerminal({ isTTY: true, environment });
    const output = await openRunOutput(flags, terminal);
    output.tell({ type: 'stage', stage: 'list' });
    output.warn('odd');
    output.stop();
    expect(terminal.told().stderr).toContain('odd');
    expect(terminal.told().stderr).not.toContain('pages');
  });
});
