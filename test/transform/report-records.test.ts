import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecordVolume } from '../../src/transform/report-records.ts';
import { parseDay } from '../../src/transform/timestamps.ts';
import { testFixtures } from './fixtures.ts';
import { hostileRow } from './hostile-rows.ts';
import { rowsOf, transformData } from './staged-values.ts';

describe('report-records: fixtures', () => testFixtures('report-records', 'report_records'));

describe('readRecordVolume', () => {
  it('tells the UTC day of a record', () => {
    const row = { id: 'r1', created_at: '2025-11-05T23:30:00-01:00', total_volume: '12.0' };
    expect(readRecordVolume(row, 20_398)).toEqual({ record_id: 'r1', report_day: 20_398, total_volume: 12 });
  });

  it('reads what is staged, and nothing where the row is quarantined whole', () => {
    const receivedDay = parseDay('2025-11-06') ?? 0;
    fc.assert(
      fc.property(fc.oneof(hostileRow('report_records'), fc.jsonValue()), (row) => {
        const [staged] = rowsOf(transformData('report_records', [row]), 'report_records');
        const read = readRecordVolume(row, receivedDay);
        if (staged === undefined) expect(read).toBeNull();
        else {
          const { record_id, report_day, total_volume } = staged;
          expect(read).toEqual({ record_id, report_day, total_volume });
        }
      }),
      { numRuns: 500 },
    );
  });
});
