import { describe, expect, it } from 'vitest';
import type { Truth } from '../../src/sandbox/truth.ts';
import { Expectation } from './expected.ts';
import type { Row } from './row.ts';

const MONITOR = {
  id: 'm1',
  dmarc_record: 'v=DMARC1; p=reject',
  wanted_dmarc_record: null,
  dmarc_valid: true,
  spf_status: 'valid',
  domain: { id: 'd1', name: 'example.org', tier: 'gold' },
};
const AGGREGATED = { ip_address: '192.0.2.1', total_volume: 5, passed_dmarc: '88.5%', passed_spf: null };
const RECORD = {
  id: 'r1',
  ip_address: null,
  total_volume: '5',
  passed_dmarc: '100%',
  created_at: '2025-11-05T00:00:00.000000Z',
  override_reason: ['forwarded', null, 'arc'],
  z: 1,
  a: { y: 1, b: [] },
  spf_auth: [null, { type: 'spf', result: 'pass', domain: 'example.org', selector: null, scope: 'mfrom' }],
};
const SOURCES = {
  date_from: '2025-10-08',
  date_to: '2025-11-06',
  rows: [{ report_source: null, reports: 3 }],
};

function truthOf(change: Partial<Truth> = {}, served: unknown = RECORD, id = 'r1'): Truth {
  return {
    today: '2025-11-06',
    monitors: [MONITOR],
    aggregated_reports: { m1: [AGGREGATED, { ip_address: '' }, { ip_address: '192.0.2.2' }, 'stray'] },
    report_records: { m1: { '192.0.2.1': [served, null], '': null, '192.0.2.2': null } },
    report_sources: {},
    served: {
      monitors: {},
      aggregated_reports: {},
      report_records: { m1: { [id]: { requested_ip: '192.0.2.1', row: served } } },
      report_sources: { m1: SOURCES },
    },
    ever: { report_records: {} },
    ...change,
  };
}

function expectationAfter(...truths: Truth[]): Expectation {
  const expectation = new Expectation();
  for (const [i, truth] of truths.entries()) {
    expectation.afterRun(truth, { run_id: `run-${i + 1}`, day: `2025-11-${String(6 + i).padStart(2, '0')}` });
  }
  return expectation;
}

const tableOf = (expectation: Expectation, table: string): Row[] => expectation.tables()[table] ?? [];

describe('what is expected after one run', () => {
  const expectation = expectationAfter(truthOf());

  it('of a record and its results', () => {
    expect(tableOf(expectation, 'report_records')).toEqual([
      expect.objectContaining({
        record_id: 'r1',
        requested_ip: '192.0.2.1',
        ip_address: null,
        ip_canonical: '192.0.2.1',
        ip_network: '192.0.2.0/24',
        report_date: '2025-11-05',
        report_day: 20_397,
        total_volume: 5n,
        dmarc_pass_rate: 1,
        spf_pass_rate: null,
        override_reason: 'forwarded, arc',
        extra: '{"a":{"b":[],"y":1},"override_reason":["forwarded",null,"arc"],"z":1}',
        _run_id: 'run-1',
      }),
    ]);
    expect(tableOf(expectation, 'auth_results')).toEqual([
      {
        monitor_id: 'm1',
        record_id: 'r1',
        report_date: '2025-11-05',
        auth_type: 'spf',
        position: 1,
        domain: 'example.org',
        selector: null,
        result: 'pass',
        extra: '{"scope":"mfrom"}',
        _run_id: 'run-1',
      },
    ]);
  });

  it('of listings, coverage and calendar', () => {
    expect(tableOf(expectation, 'monitors')).toEqual([
      expect.objectContaining({
        domain_name: 'example.org',
        extra: '{"domain":{"tier":"gold"}}',
        is_active: true,
      }),
    ]);
    expect(
      tableOf(expectation, 'meta_snapshots').map((row) => [row.stream, row.rows, row.window_from]),
    ).toEqual([
      ['monitors', 1n, null],
      ['aggregated_reports', 3n, null],
      ['report_sources', 1n, '2025-10-08'],
    ]);
    expect(tableOf(expectation, 'report_sources')[0]).toMatchObject({ report_source: '', reports_as_of: 3n });
    const coverage = tableOf(expectation, 'meta_coverage');
    expect(coverage.map((row) => [row.ip_address, row.state, row.fingerprint, row.detail_volume])).toEqual([
      ['192.0.2.1', 'current', '5:885000::', 5n],
      ['', 'unaskable', null, 0n],
      ['192.0.2.2', 'gone', ':::', 0n],
    ]);
    expect(tableOf(expectation, 'calendar')).toEqual([
      { day: '2025-11-05', day_number: 20_397, month: '2025-11-01' },
      { day: '2025-11-06', day_number: 20_398, month: '2025-11-01' },
    ]);
  });

  it('of what is odd', () => {
    const run_id = 'run-1';
    expect(tableOf(expectation, 'meta_quarantine')).toEqual([
      { run_id, stream: 'aggregated_reports', level: 'row', path: '', count: 1 },
      { run_id, stream: 'report_records', level: 'value', path: 'spf_auth', count: 1 },
      { run_id, stream: 'report_records', level: 'row', path: '', count: 1 },
    ]);
    const drift = tableOf(expectation, 'meta_schema_drift').map(
      (row) => `${row.stream} ${row.path} ${row.kind}`,
    );
    expect(drift.sort()).toEqual([
      'aggregated_reports  type',
      'monitors domain.tier field',
      'report_records  type',
      'report_records a field',
      'report_records override_reason enum',
      'report_records spf_auth type',
      'report_records spf_auth.scope field',
      'report_records z field',
    ]);
  });
});

describe('what is expected after several runs', () => {
  it('is the union of all records, the newest readable answer a key', () => {
    const changed = { ...RECORD, total_volume: 7 };
    const unreadable = { ...RECORD, created_at: null };
    const other = { ...RECORD, id: 'r2' };
    const expectation = expectationAfter(
      truthOf(),
      truthOf({}, changed),
      truthOf({}, unreadable),
      truthOf({}, other, 'r2'),
    );
    const rows = tableOf(expectation, 'report_records');
    expect(rows.map((row) => [row.record_id, row.total_volume, row._run_id])).toEqual([
      ['r1', 7n, 'run-2'],
      ['r2', 5n, 'run-4'],
    ]);
    expect(tableOf(expectation, 'auth_results').map((row) => row._run_id)).toEqual(['run-2', 'run-4']);
    expect(tableOf(expectation, 'aggregated_reports').map((row) => row._run_id)).toContain('run-4');
  });

  it('closes the history of a monitor after two listings without it, and opens it again', () => {
    const gone = truthOf({ monitors: [] });
    const wanted = truthOf({ monitors: [{ ...MONITOR, wanted_dmarc_record: 'v=DMARC1; p=none' }] });
    const touched = truthOf({ monitors: [{ ...MONITOR, updated_at: '2025-11-07' }] });
    const once = expectationAfter(truthOf(), touched, gone);
    expect(tableOf(once, 'monitors')).toEqual([
      expect.objectContaining({ is_active: true, last_seen_date: '2025-11-07', _run_id: 'run-2' }),
    ]);
    const again = expectationAfter(truthOf(), wanted, gone, gone, gone, wanted);
    const versions = tableOf(again, 'monitor_history');
    expect(versions.map((row) => [row.version, row.valid_from_date, row.valid_to_date, row._run_id])).toEqual(
      [
        [0, '2025-11-06', '2025-11-07', 'run-1'],
        [1, '2025-11-07', '2025-11-09', 'run-2'],
        [2, '2025-11-11', null, 'run-6'],
      ],
    );
    expect(tableOf(again, 'monitors')[0]).toMatchObject({ is_active: true, last_seen_date: '2025-11-11' });
  });

  it('tells of an IP that is listed no longer, and of one whose details were not read', () => {
    const less = truthOf({ aggregated_reports: { m1: [{ ...AGGREGATED, total_volume: 6 }] } });
    const expectation = expectationAfter(truthOf());
    expectation.afterRun(less, { run_id: 'run-2', day: '2025-11-07', isRead: () => false });
    expect(
      tableOf(expectation, 'meta_coverage').map((row) => [row.ip_address, row.state, row.fingerprint]),
    ).toEqual([
      ['192.0.2.1', 'stale', '5:885000::'],
      ['', 'unaskable', null],
      ['192.0.2.2', 'gone', ':::'],
    ]);
  });
});
