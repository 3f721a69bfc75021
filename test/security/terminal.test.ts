import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type FakeTerminalOptions, fakeTerminal } from '../commands/fake-terminal.ts';
import { MARK, onlyRecord, STEERING, STRANGERS } from './strangers.ts';

/** What the progress display itself writes to move the cursor and to clear lines. */
const CURSOR = /\p{Cc}\[(\?25[hl]|\d*[A-GJK]|\?7[hl]|0m)|\p{Cc}\[\d+(;\d+)*m|\r/gu;

let sandbox: Sandbox;
let out: string;

beforeAll(async () => {
  sandbox = await startSandbox({ monitors: 1, ips: 0, days: 1, rateLimit: 0 });
  out = join(await mkdtemp(join(tmpdir(), 'dmarc-etl-terminal-')), 'out');
  const [first] = sandbox.truth().monitors as { id: string }[];
  const id = first?.id ?? '';
  STRANGERS.forEach((report_source, nth) => {
    const ip = `198.51.100.${nth}`;
    sandbox.addSource(id, ip);
    sandbox.setRecord(id, onlyRecord(sandbox, id, ip), { report_source, [report_source]: 1 });
    sandbox.setSource(id, ip, { city: report_source });
  });
  for (const text of STRANGERS.filter(({ length }) => length < 1_000)) {
    sandbox.setMonitor(sandbox.addMonitor({ ips: 0, days: 1 }), { id: text, spf_status: text });
  }
  refuseWith(STRANGERS.filter(({ length }) => length < 1_000).join(' '));
});

/** Every report of sources is refused in these words. */
function refuseWith(message: string): void {
  const body = JSON.stringify({ message, errors: { [message]: [message] } });
  sandbox.configure({
    faultAt: ({ path }) => (path.endsWith('/report-sources') ? { status: 400, body } : null),
  });
}

afterAll(() => sandbox.close());

async function tell(words: readonly string[], { isTTY = true }: FakeTerminalOptions = {}) {
  const environment = { MAILERSEND_API_TOKEN: sandbox.token, NO_COLOR: '1' };
  const terminal = fakeTerminal({ isTTY, environment });
  await dispatch([...words, '--out', out], terminal);
  return terminal.told();
}

function run(flags: readonly string[], isTTY: boolean) {
  return tell(['run', '--api-url', sandbox.url, '--rate', '0', ...flags], { isTTY });
}

describe('nothing that strangers chose steers a terminal', () => {
  it('in the progress, the log and the summary of a run', async () => {
    const { stdout, stderr } = await run(['--log-level', 'debug', '--full'], true);
    expect(stderr).toContain(MARK);
    expect(stderr.replaceAll(CURSOR, '')).not.toMatch(STEERING);
    expect(stdout).not.toMatch(STEERING);
  });

  it.each([[[]], [['--json']], [['--csv']]])('in what a query prints, with %j', async (flags) => {
    const { stdout } = await tell([
      'query',
      ...flags,
      'SELECT DISTINCT report_source, extra FROM report_records',
    ]);
    expect(stdout).toContain(MARK);
    expect(stdout.replaceAll('\r\n', '\n')).not.toMatch(STEERING);
  });

  it('in the names of columns that a query gives', async () => {
    for (const flags of [[], ['--json'], ['--csv']]) {
      const { stdout } = await tell(['query', ...flags, 'SELECT 1 AS "a\u001b[2J\u202eb"']);
      expect(stdout.replaceAll('\r\n', '\n')).not.toMatch(STEERING);
    }
  });

  it('in the error of a query', async () => {
    const sql =
      "SELECT CAST(report_source AS INTEGER) FROM report_records WHERE report_source LIKE '%owned%'";
    const { tellError } = await import('../../src/commands/tell-error.ts');
    const terminal = fakeTerminal({ isTTY: true });
    await dispatch(['query', '--out', out, sql], terminal).catch((error: unknown) =>
      tellError(error, terminal),
    );
    expect(terminal.told().stderr).toContain(MARK);
    expect(terminal.told().stderr).not.toMatch(STEERING);
  });

  it('in the plan and the status', async () => {
    const plan = await tell(['plan', '--api-url', sandbox.url, '--rate', '0']);
    const status = await tell(['status']);
    for (const text of [plan.stdout, status.stdout]) expect(text).not.toMatch(STEERING);
    expect(plan.stderr.replaceAll(CURSOR, '')).not.toMatch(STEERING);
  });
});

describe('a spreadsheet', () => {
  it('computes nothing of a CSV file', async () => {
    const sql = `SELECT report_source FROM report_records WHERE length(report_source) < 1000`;
    const { stdout } = await tell(['query', '--csv', sql], { isTTY: false });
    expect(stdout).toContain(`"'=hyperlink(""http://example.org"")${MARK}"`);
    for (const [, start] of stdout.matchAll(/(?:^|\r\n)"?(.)/g)) expect(start).not.toMatch(/[=+\-@\t]/);
  });
});
