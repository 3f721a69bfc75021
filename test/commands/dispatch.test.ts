import { describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { tellError } from '../../src/commands/tell-error.ts';
import { fakeTerminal } from './fake-terminal.ts';

/** What a call says and the exit code it ends with. */
async function call(...words: string[]) {
  const terminal = fakeTerminal();
  const code = await dispatch(words, terminal).catch((error: unknown) => tellError(error, terminal));
  return { code, ...terminal.told() };
}

describe('the command line', () => {
  it.each([
    [['rnu'], 'there is no command rnu\nDid you mean run?'],
    [
      ['frobnicate'],
      'there is no command frobnicate\nThere are run, plan, replay, status, views, query, schema, check, monitors, favorites, config, doctor, sandbox, completion; see `dmarc-etl --help`.',
    ],
    [['run', '--otu', 'x'], 'run has no flag --otu\nDid you mean --out?'],
    [['run', '--frobnicate'], 'run has no flag --frobnicate\nSee `dmarc-etl run --help`.'],
    [['run', '--token', 'mlsn.x'], 'run has no flag --token\nDid you mean --token-file?'],
    [['run', '--rate', 'fast'], '--rate takes a number\nSee `dmarc-etl run --help`.'],
    [['run', '--out'], 'the flag --out needs a value\nSee `dmarc-etl --help`.'],
    [['run', '--out', 'a', '--out', 'b'], '--out is given more than once\nSee `dmarc-etl run --help`.'],
    [['run', '--rate', '1', '--rate', '2'], '--rate is given more than once\nSee `dmarc-etl run --help`.'],
    [['run', '--monitor', 'a', 'b'], 'run does not take the argument b\nSee `dmarc-etl run --help`.'],
    [['run', 'x'], 'run does not take the argument x\nSee `dmarc-etl run --help`.'],
    [['run', '--log-level', 'loud'], /^dmarc-etl: Invalid values: Argument: log-level, Given: "loud"/],
    [
      ['query'],
      'query needs the name of a view or table, or one SQL statement that only reads\nSee `dmarc-etl query --help`.',
    ],
    [['query', 'SELECT 1', '2'], 'query does not take the argument 2\nSee `dmarc-etl query --help`.'],
    [['query', '--json', '--csv', 'SELECT 1'], '--json and --csv exclude each other'],
    [['sandbox', '--monitors', '-1'], 'sandbox: monitors must be a number from 0 to 10000, not -1'],
    [['monitors', 'delte', 'x'], 'there is no command monitors delte\nDid you mean delete?'],
    [['favorites'], 'favorites needs a command\nThere are add, remove; see `dmarc-etl favorites --help`.'],
    [
      ['monitors', 'delete'],
      'monitors delete needs the id or the domain of a monitor\nSee `dmarc-etl monitors delete --help`.',
    ],
    [
      ['monitors', 'list', 'x'],
      'monitors list does not take the argument x\nSee `dmarc-etl monitors list --help`.',
    ],
    [['monitors', 'report', 'a', 'b', 'c'], /^dmarc-etl: monitors report does not take the argument c\n/],
    [
      ['favorites', 'add', 'example.org'],
      'favorites add needs an IPv4 or IPv6 address of its report, in any spelling\nSee `dmarc-etl favorites add --help`.',
    ],
    [
      ['monitors', 'update', 'x', '--recrod', 'y'],
      'monitors update has no flag --recrod\nDid you mean --record?',
    ],
    [['run', '--no-json'], /^dmarc-etl: run has no flag --no-json/],
  ])('refuses %j with exit code 2', async (words, message) => {
    const { code, stdout, stderr } = await call(...words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    if (typeof message === 'string') expect(stderr).toBe(`dmarc-etl: ${message}\n`);
    else expect(stderr).toMatch(message);
  });

  it('shows the help on stderr when no command is named', async () => {
    const { code, stdout, stderr } = await call();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('dmarc-etl query');
  });

  it.each([
    [['--help'], 'dmarc-etl run'],
    [['run', '--help'], '--token-file'],
    [['status', '-h'], 'Tells what is published'],
    [['query', '--help'], 'dmarc-etl query <sql>'],
    [['monitors', '--help'], 'dmarc-etl monitors create'],
    [['monitors', 'update', '--help'], 'dmarc-etl monitors update <monitor>'],
    [['favorites', 'add', '--help'], 'favorites add <monitor> <ip…>'],
    [['sandbox', '--help'], '--date-filters'],
  ])('%j explains with examples on stdout', async (words, text) => {
    const { code, stdout, stderr } = await call(...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(text);
    expect(stdout).toContain('Examples:');
  });

  it('takes a repeatable flag as often as it comes', async () => {
    const { stderr } = await call('run', '--monitor', 'a.example', '--monitor', 'b.example');
    expect(stderr).toContain('no API token');
  });

  it('says that there is no token, and that nothing is published', async () => {
    expect(await call('run')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MAILERSEND_API_TOKEN'),
    });
    const status = await call('status', '--out', '/nonexistent/dmarc');
    expect(status).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing is published in /nonexistent'),
    });
  });

  it('lets no argument steer the terminal', async () => {
    expect((await call('\x1b[2J')).stderr).toContain('there is no command \\x1b[2J');
  });
});
