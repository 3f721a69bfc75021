import { describe, expect, it } from 'vitest';
import { THRESHOLDS } from '../../src/contract/thresholds.ts';
import { openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { fillReferenceTables } from '../../src/load/reference.ts';
import { readRetention, setRetention } from '../../src/load/retention.ts';

describe('the calendar', () => {
  it('reaches from the first record to as_of_date, and to records dated after it', async () => {
    const database = await openDatabase(':memory:');
    await createTables(database);
    const add = (day: number) => database.run(`INSERT INTO report_records (report_day) VALUES (${day})`);
    const span = async () => {
      await fillReferenceTables(database);
      const [row] = await database.rows(
        'SELECT count(*) AS days, min(day_number) AS first, max(day_number) AS last FROM calendar',
      );
      return [Number(row?.days), row?.first, row?.last];
    };
    await database.run('INSERT INTO meta_runs (run_id, as_of_day) VALUES (1, 20000), (2, 19999)');
    expect(await span()).toEqual([0, null, null]);
    await add(19_990);
    expect(await span()).toEqual([11, 19_990, 20_000]);
    await add(20_002);
    expect(await span()).toEqual([13, 19_990, 20_002]);
    database.close();
  });
});

describe('the table of parameters', () => {
  it('has the thresholds that are given, the others with their defaults, and only those', async () => {
    const database = await openDatabase(':memory:');
    await createTables(database);
    await setRetention(database, 400);
    await fillReferenceTables(database, { window_days: 9, class_share: 0.8 });
    await fillReferenceTables(database, { window_days: 8 });
    const rows = await database.rows("SELECT name, value FROM parameters WHERE name <> 'retain_days'");
    const expected = THRESHOLDS.map(({ name, value }) => [name, name === 'window_days' ? 8 : value]);
    expect(rows.map(({ name, value }) => [name, value])).toEqual(expected);
    expect(await readRetention(database)).toBe(400);
    await expect(fillReferenceTables(database, { window_day: 1 })).rejects.toThrow('no threshold window_day');
    await expect(fillReferenceTables(database, { class_share: 2 })).rejects.toThrow('from 0 to 1, not 2');
    database.close();
  });
});
