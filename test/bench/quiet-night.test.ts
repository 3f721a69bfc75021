import { describe, expect, it } from 'vitest';
import { quietNightFaults } from '../../bench/quiet-night.mjs';

const FIRST = { requests: { list: 1, report: 10, 'report-ip': 86, 'report-sources': 10 } };

function file(table: string | null, month: string | null, written_by = 'tonight') {
  const path = table === null ? 'dmarc.duckdb' : `parquet/${table}/${month ?? 'all'}`;
  return { path, table, month, written_by };
}

const QUIET = {
  run_id: 'tonight',
  asOf: '2026-11-23',
  files: [
    file(null, null),
    file('meta_runs', null),
    file('aggregated_reports', '2026-11-01'),
    file('report_sources', '2026-11-01'),
    file('aggregated_reports', '2026-10-01', 'before'),
    file('report_records', '2026-11-01', 'before'),
  ],
  requests: { list: 1, report: 10 },
};

describe('the check of a quiet night', () => {
  it('takes the listing, and files of the database, small tables and the snapshot month', () => {
    expect(quietNightFaults(QUIET, FIRST)).toEqual([]);
  });

  it.each([
    ['report_records', '2026-11-01'],
    ['auth_results', '2026-09-01'],
    ['aggregated_reports', '2026-10-01'],
  ])('names a file of %s of %s', (table, month) => {
    const night = { ...QUIET, files: [...QUIET.files, file(table, month)] };
    expect(quietNightFaults(night, FIRST)).toEqual([
      `it wrote parquet/${table}/${month}, a month in which nothing changed`,
    ]);
  });

  it('names requests that are not the listing, and a listing that is not whole', () => {
    expect(quietNightFaults({ ...QUIET, requests: { list: 1, report: 9, 'report-ip': 2 } }, FIRST)).toEqual([
      "it made 9 requests to 'report', not 10",
      "it made 2 requests to 'report-ip', not 0",
    ]);
  });
});
