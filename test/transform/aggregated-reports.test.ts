import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readListedRow } from '../../src/transform/aggregated-reports.ts';
import { testFixtures } from './fixtures.ts';
import { hostileRow } from './hostile-rows.ts';
import { rowsOf, transformData } from './staged-values.ts';

describe('aggregated-reports: fixtures', () => testFixtures('aggregated-reports', 'aggregated_reports'));

describe('readListedRow', () => {
  it('reads what is staged, and nothing where the row is quarantined whole', () => {
    fc.assert(
      fc.property(fc.oneof(hostileRow('aggregated_reports'), fc.jsonValue()), (row) => {
        const [staged] = rowsOf(transformData('aggregated_reports', [row]), 'aggregated_reports');
        const listed = readListedRow(row);
        if (staged === undefined) expect(listed).toBeNull();
        else expect(staged).toMatchObject({ ...listed });
        expect(listed === null).toBe(staged === undefined);
      }),
      { numRuns: 500 },
    );
  });
});
