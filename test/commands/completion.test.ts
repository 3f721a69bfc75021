import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, dispatch } from '../../src/commands/dispatch.ts';
import { fakeTerminal } from './fake-terminal.ts';

let script = '';

beforeAll(async () => {
  const terminal = fakeTerminal();
  await dispatch(['completion'], terminal);
  script = terminal.told().stdout;
});

/** What bash offers when Tab is pressed after each of these lines; one process for all. */
function offers(lines: readonly (readonly string[])[]): string[][] {
  const asked = lines.map((words) => {
    const quoted = ['dmarc-etl', ...words].map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; COMPREPLY=(); _dmarc_etl; echo "\${COMPREPLY[*]}"`;
  });
  const told = execFileSync('bash', ['--norc', '-c', [script, ...asked].join('\n')], { encoding: 'utf8' });
  return told.split('\n').map((line) => line.split(' ').filter((word) => word !== ''));
}

describe('completion in bash', () => {
  it('offers commands, flags and choices, and files where none of them fit', () => {
    const [all, run, group, flags, choices, operand, nothing] = offers([
      [''],
      ['ru'],
      ['monitors', 'up'],
      ['run', '--out', 'x', '--me'],
      ['run', '--log-level', 's'],
      ['monitors', 'delete', '--y'],
      ['run', 'xyz'],
    ]);
    expect(all).toEqual([...COMMANDS.map(({ name }) => name), '--help', '--version']);
    expect(run).toEqual(['run']);
    expect(group).toEqual(['update']);
    expect(flags).toEqual(['--memory-limit', '--metrics-file']);
    expect(choices).toEqual(['silent']);
    expect(operand).toEqual(['--yes']);
    expect(nothing).toEqual([]);
  });
});

describe('every command', () => {
  const commands = COMMANDS.flatMap((command) => ('commands' in command ? command.commands : [command]));

  it.each(commands.map(({ name }) => [name]))('%s explains itself with examples', async (name) => {
    const terminal = fakeTerminal();
    expect(await dispatch([...name.split(' '), '--help'], terminal)).toBe(0);
    expect(terminal.told().stdout).toContain('Examples:');
    expect(terminal.told().stdout).toContain(`dmarc-etl ${name}`);
  });

  it.each(commands.map(({ name }) => [name]))(
    '%s names the nearest flag for a misspelt one',
    async (name) => {
      const command = commands.find((candidate) => candidate.name === name);
      const [flag] = Object.keys(command?.flags ?? {});
      if (flag === undefined) return;
      const misspelt = `--${flag.slice(0, -1)}${flag.at(-1)}x`;
      await expect(dispatch([...name.split(' '), misspelt], fakeTerminal())).rejects.toMatchObject({
        message: `${name} has no flag ${misspelt}`,
        hint: `Did you mean --${flag}?`,
      });
    },
  );
});
