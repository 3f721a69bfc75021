import { describe, expect, it } from 'vitest';
import { printResult, type QueryForm } from '../../src/commands/query.ts';
import { fakeTerminal } from './fake-terminal.ts';

const RESULT = {
  columns: [
    { name: 'domain', type: 'VARCHAR' },
    { name: 'volume', type: 'BIGINT' },
    { name: 'at', type: 'TIMESTAMP WITH TIME ZONE' },
  ],
  rows: [
    ['=a\x1b[2J', 12n, { micros: 1_769_817_600_000_000n }],
    [null, null, null],
  ],
};

async function print(form: QueryForm, isTTY: boolean) {
  const terminal = fakeTerminal({ isTTY, environment: { NO_COLOR: '1' } });
  await printResult(RESULT, form, terminal);
  return terminal.told();
}

describe('printResult', () => {
  it('prints CSV as it is to a file, and harmless on a terminal', async () => {
    expect((await print('csv', false)).stdout).toBe(
      `domain,volume,at\r\n'=a\x1b[2J,12,2026-01-31T00:00:00Z\r\n,,\r\n`,
    );
    expect((await print('csv', true)).stdout).toContain("'=a\\x1b[2J,12");
  });

  it('prints JSON', async () => {
    expect(JSON.parse((await print('json', false)).stdout)).toEqual([
      { domain: '=a\x1b[2J', volume: 12, at: '2026-01-31T00:00:00Z' },
      { domain: null, volume: null, at: null },
    ]);
  });

  it('prints a table, and counts the rows for people', async () => {
    const piped = await print('table', false);
    expect(piped.stdout).toContain('│ =a\\x1b[2J │     12 │ 2026-01-31T00:00:00Z │');
    expect(piped.stderr).toBe('');
    expect((await print('table', true)).stderr).toBe('2 rows\n');
  });
});
