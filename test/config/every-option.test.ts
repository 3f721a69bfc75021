import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { type OptionValue, ROWS, type Row } from '../../src/config/rows.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-config-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Three values for each option, none of them its default: one for each source. */
const TEXTS: Readonly<Record<string, readonly [string, string, string]>> = {
  'quota-reserve': ['10%', '50', '7.5%'],
  deadline: ['90s', '45m', '2h'],
  since: ['2025-11-05', '2025-11-06', '2025-11-07'],
  verify: ['5%', '0.5', '100%'],
  'memory-limit': ['192MB', '1.5GB', '512MiB'],
  'log-level': ['trace', 'error', 'silent'],
  'ping-url': ['https://a.example/1', 'http://b.example/2', 'https://c.example/3?x=y'],
};

function valuesFor({ name, option }: Row): readonly OptionValue[] {
  if (option.array === true) return [['a', 'b'], ['c'], ['d', 'e', 'f']];
  if (option.type === 'boolean') return [true, true, true];
  if (option.type === 'string') return TEXTS[name] ?? ['/one', '/two', '/three'];
  const isShare = option.default !== undefined && Number(option.default) <= 1;
  return isShare ? [0.11, 0.12, 0.13] : [11, 12, 13];
}

type Told = Readonly<Record<string, { value: unknown; origin: string; from: string | null }>>;

/** What `dmarc-etl config` says: row → what is in force. */
async function tell(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Told> {
  const terminal = fakeTerminal({ environment });
  expect(await dispatch(['config', '--json', ...words], terminal)).toBe(0);
  const { options, thresholds } = JSON.parse(terminal.told().stdout) as Record<string, Told>;
  return Object.fromEntries(
    ROWS.map(({ name, path: [key = '', inner] }) => [
      name,
      (inner === undefined ? options?.[key] : thresholds?.[inner]) ?? {
        value: 'not told',
        origin: '',
        from: '',
      },
    ]),
  );
}

function flagWords({ name, path, option }: Row, value: OptionValue): string[] {
  if (path.length > 1) return ['--threshold', `${path.at(-1)}=${value}`];
  if (option.type === 'boolean') return [`--${name}`];
  return [value].flat().flatMap((item) => [`--${name}`, String(item)]);
}

function fileWith(values: readonly (readonly [Row, OptionValue])[]): string {
  const file = join(scratch, 'set.json');
  const leaf = (depth: number) =>
    values.filter(([{ path }]) => path.length === depth).map(([{ path }, value]) => [path.at(-1), value]);
  const content = { ...Object.fromEntries(leaf(1)), thresholds: Object.fromEntries(leaf(2)) };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const CASES = ROWS.map((row) => [row, ...valuesFor(row)] as const);

describe('every option', async () => {
  const config = ['--config', fileWith(CASES.map(([row, , , value]) => [row, value as OptionValue]))];
  const variables = Object.fromEntries(
    CASES.map(([row, , value]) => [row.variables[0] ?? '', [value].flat().join(',')]),
  );
  const flags = CASES.flatMap(([row, value]) => flagWords(row, value as OptionValue));
  const byDefault = await tell([], {});
  const byFile = await tell(config, {});
  const byVariable = await tell(config, variables);
  const byFlag = await tell([...config, ...flags], variables);

  it.each(CASES.map(([row, ...values]) => ({ name: row.name, row, values })))(
    '$name: its default, then file, environment over file, flag over both',
    ({ name, row, values: [flag, variable, file] }) => {
      expect(byDefault[name]).toEqual({ value: row.option.default ?? null, origin: 'default', from: null });
      expect(byFile[name]).toMatchObject({ value: file, origin: 'file' });
      const [from] = row.variables;
      expect(byVariable[name]).toEqual({ value: variable, origin: 'environment', from });
      expect(byFlag[name]).toMatchObject({ value: flag, origin: 'flag' });
    },
  );
});
