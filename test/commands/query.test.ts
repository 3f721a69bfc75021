import { beforeAll, describe, expect, it } from 'vitest';
import { printResult, type QueryForm, queryCommand } from '../../src/commands/query.ts';
import { createViews } from '../../src/load/views.ts';
import { insertRecord, newOut, publishVersion } from '../load/out-fixture.ts';
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

describe('query', () => {
  let out: string;

  beforeAll(async () => {
    const directory = await newOut();
    out = directory.root;
    await publishVersion(directory, '20251105T000000Z-0001', async (database) => {
      await createViews(database);
      for (const id of ['a', 'b', 'c']) await insertRecord(database, id, '2025-11-01', 5);
    });
  });

  async function ask(sql: string, limit?: number): Promise<unknown[]> {
    const terminal = fakeTerminal();
    await queryCommand.run({ out, json: true, limit }, sql, terminal, [], null);
    return JSON.parse(terminal.told().stdout) as unknown[];
  }

  it('takes the name of a view or a table, in any case, and SQL', async () => {
    expect(await ask('v_records')).toHaveLength(3);
    expect(await ask(' Report_Records ')).toHaveLength(3);
    expect(await ask('SELECT SUM(volume) AS volume FROM v_records')).toEqual([{ volume: 15 }]);
  });

  it('gives as many rows as --limit says, of a name and of SQL', async () => {
    expect(await ask('v_records', 2)).toHaveLength(2);
    expect(await ask('report_records', 7)).toHaveLength(3);
    expect(await ask('SELECT * FROM range(10000) t(n) ORDER BY n DESC;', 2)).toEqual([
      { n: 9999 },
      { n: 9998 },
    ]);
    expect(await ask('v_records', 0)).toEqual([]);
    for (const limit of [-1, 1.5]) {
      await expect(ask('v_records', limit)).rejects.toThrow(
        `--limit takes a whole number from 0, got ${limit}`,
      );
    }
  });

  it('tells the nearest name of one that is not there', async () => {
    await expect(ask('v_record')).rejects.toMatchObject({
      message: 'there is no view or table v_record',
      hint: 'Did you mean v_records?',
    });
    await expect(ask('colours')).rejects.toMatchObject({ hint: '`dmarc-etl views` lists the views.' });
    await expect(ask('SELEC 1')).rejects.toThrow('the query failed: ');
  });
});
