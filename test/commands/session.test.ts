import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { tellError } from '../../src/commands/tell-error.ts';
import { displayWidth } from '../../src/present/display-width.ts';
import { readText } from '../examples.ts';
import { Account } from '../run/night.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('docs/terminal.md', () => {
  const document = readText('docs/terminal.md');

  it.each([80, 120])('shows run, status, doctor, query and an error in %d columns', (columns) => {
    const [, section = ''] = document.split(`## ${columns} columns\n`);
    const lines = (section.split('\n## ')[0] ?? '').split('\n');
    for (const command of ['run', 'status', 'doctor', 'query']) {
      expect(lines.some((line) => line.startsWith(`$ dmarc-etl ${command}`))).toBe(true);
    }
    expect(lines.some((line) => line.startsWith('dmarc-etl: '))).toBe(true);
    const shown = lines.filter((line) => !line.startsWith('$ '));
    expect(Math.max(...shown.map(displayWidth))).toBeLessThanOrEqual(columns);
    // A line that is full was broken by the terminal and not by us; only the query to copy may be.
    const broken = shown.filter((line) => displayWidth(line) === columns);
    for (const line of broken)
      expect(line).toMatch(/dmarc-etl query --out|^ORDER|FROM v_domain_daily|[┌│├└]|^ {2}\d{8}T/);
  });

  it('holds nothing of the machine it was made on, and no escape sequence', () => {
    expect(document).not.toContain('\x1b');
    expect(document).not.toMatch(/\/tmp\/|\/root|127\.0\.0\.1:(?!8080)/);
  });
});

describe('the same through a pipe', () => {
  let account: Account;

  beforeAll(async () => {
    account = await Account.open({ monitors: 1, ips: 2, days: 2 });
    await account.run();
  });
  afterAll(() => account.close());

  async function say(words: readonly string[], isTTY: boolean): Promise<string> {
    const terminal = fakeTerminal({ isTTY, environment: { MAILERSEND_API_TOKEN: account.sandbox.token } });
    const all = [...words, '--out', account.out];
    await dispatch(all, terminal).catch((error: unknown) => tellError(error, terminal));
    const { stdout, stderr } = terminal.told();
    return `${stdout}${stderr}`;
  }

  it.each([[['status']], [['doctor']], [['query', 'SELECT NULL AS n']], [['config']], [['statsu']]])(
    '%j has no escape sequence',
    async (words) => {
      const api = words[0] === 'doctor' ? ['--api-url', account.sandbox.url] : [];
      const piped = await say([...words, ...api], false);
      expect(piped.length).toBeGreaterThan(20);
      expect(piped).not.toContain('\x1b');
      if (words[0] !== 'statsu') expect(await say([...words, ...api], true)).toContain('\x1b[');
    },
  );
});
