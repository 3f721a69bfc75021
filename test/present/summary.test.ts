import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../src/present/colors.ts';
import { programName, shellWord } from '../../src/present/program-name.ts';
import { formatBytes, formatCountOf, formatDuration, formatShare } from '../../src/present/quantities.ts';
import { type DatasetStatus, statusText } from '../../src/present/status.ts';
import { summaryText } from '../../src/present/summary.ts';
import type { RunSummary } from '../../src/run-summary.ts';

const RUN: RunSummary = {
  run_id: '20261122T000512Z-1a2b',
  status: 'ok',
  stop_reason: 'done',
  started_at: '2026-11-22T00:05:12Z',
  finished_at: '2026-11-22T00:12:15Z',
  as_of_date: '2026-11-22',
  out: '/srv/dmarc data',
  version_dir: '/srv/dmarc data/versions/20261122T000512Z-1a2b',
  requests: 412,
  retries: 0,
  rate_limited: 0,
  waited_ms: 0,
  quota_before: 1_000,
  quota_after: null,
  bytes: 12_300_000,
  items: { inserted: 1_204, changed: 30, identical: 0, superseded: 0, set_aside: 0, quarantined: 0 },
  rows: { monitors: 3, report_records: 2_204, meta_runs: 5, report_sources: 0, calendar: 30 },
  files: { written: 12, linked: 40 },
  failed_checks: [],
  warnings: [],
};

const STYLE = { colors: colorsFor(false), program: 'dmarc-etl', directory: '/srv' };

describe('summaryText', () => {
  it('tells what was read, what was written and where, and what to ask', () => {
    expect(summaryText(RUN, STYLE)).toBe(
      [
        'run 20261122T000512Z-1a2b: ok',
        '  read     412 requests in 7 min 3 s · 12.3 MB',
        '  items    1,204 new · 30 changed',
        '  written  ./dmarc data/versions/20261122T000512Z-1a2b (12 files, 40 unchanged)',
        '  rows     3 monitors · 2,204 report_records',
        '',
        `  dmarc-etl query --out './dmarc data' "SELECT domain_name, report_date, volume, pass_rate FROM v_domain_daily ORDER BY report_date DESC LIMIT 20"`,
        '',
      ].join('\n'),
    );
  });

  it('tells why a run stopped, what it cost, and its warnings', () => {
    const text = summaryText(
      {
        ...RUN,
        status: 'partial',
        stop_reason: 'max_requests',
        retries: 2,
        rate_limited: 1,
        waited_ms: 60_000,
        quota_after: 588,
        warnings: ['torn \x1b[2J line'],
      },
      STYLE,
    );
    expect(text).toContain('partial (stopped by: max requests)');
    expect(text).toContain(" · 1 min 0 s waited · 2 retries · 1 rate-limited · 588 left of today's quota");
    expect(text).toContain('  warning  torn \\x1b[2J line');
  });

  it('names no query when nothing was published', () => {
    const items = { inserted: 0, changed: 0, identical: 0, superseded: 0, set_aside: 0, quarantined: 0 };
    const text = summaryText({ ...RUN, status: 'failed', version_dir: null, items, rows: {} }, STYLE);
    expect(text).toContain('nothing published');
    expect(text).toContain('none received');
    expect(text).not.toContain('dmarc-etl query');
    expect(text).not.toContain('rows');
  });
});

describe('statusText', () => {
  it('tells what is published and how old it is', () => {
    const status = {
      out: '/srv/dmarc',
      version_dir: '/srv/dmarc/versions/x',
      run_id: '20261122T000512Z-1a2b',
      published_at: '2026-11-22T00:12:15Z',
      api_origin: 'https://api.mailersend.com',
      program_version: '0.1.0',
      contract_version: 1,
      newest_record_date: null,
      files: 1,
      bytes: 999,
      rows: { monitors: 3, report_records: 12_204 },
      summary: null,
      next_run: null,
    };
    const text = statusText(status, Date.parse('2026-11-22T07:15:15Z'), colorsFor(false));
    expect(text).toContain('published  2026-11-22T00:12:15Z (7 h 3 min ago)\n');
    expect(text).toContain('newest     no record yet\n');
    expect(text).toContain('size       999 B in 1 file\n');
    expect(text).toContain('rows\n       3  monitors\n  12,204  report_records\n');
  });
});

describe('the coverage in statusText', () => {
  const RUN_OF_SUMMARY = {
    ...{
      run_id: '20261122T000512Z-1a2b',
      started_at: '2026-11-22T00:05:12Z',
      finished_at: '2026-11-22T00:09:15Z',
    },
    ...{
      status: 'partial',
      stop_reason: 'max_requests',
      mode: 'incremental',
      requests: 1_204,
      news: 31,
      quarantined: 2,
    },
  };
  const STATUS: DatasetStatus = {
    ...{ out: '/srv/dmarc', version_dir: '/srv/dmarc/versions/x', run_id: RUN_OF_SUMMARY.run_id },
    ...{ published_at: '2026-11-22T00:12:15Z', api_origin: 'https://a.example', program_version: '0.1.0' },
    ...{ contract_version: 1, newest_record_date: '2026-11-21', files: 1, bytes: 999, rows: {} },
    summary: {
      as_of_date: '2026-11-22',
      runs: [RUN_OF_SUMMARY],
      coverage: {
        ...{ monitors: 3, listed_monitors: 2, ips: 2_000, fresh_ips: 1_239, never: 61, stale: 700 },
        ...{ volume: 100_000, fresh_volume: 97_999, windowed: {} },
      },
      quota: { left: 81_203, run_id: RUN_OF_SUMMARY.run_id, as_of: '2026-11-22T00:09:15.123Z' },
    },
    next_run: {
      journals: ['a', 'b'],
      monitors: 3,
      details: { never: 61, changed: 700, aged: 0 },
      verify: 25,
    },
  };

  it('is of last night, or says how old it is', () => {
    const text = statusText(STATUS, Date.parse('2026-11-23T09:00:00Z'), colorsFor(false));
    expect(text).toContain(
      'coverage   97 % of volume and 61 % of IPs are as of last night (2026-11-22)\n' +
        '           1,239 of 2,000 IPs, 1 monitor of 3 not listed whole\n',
    );
    expect(text).toContain('quota      81,203 requests left at 2026-11-22T00:09:15Z\n');
    expect(text).toContain(
      '  20261122T000512Z-1a2b  partial     1,204 requests, 31 news, 2 quarantined, 4 min 3 s (max requests)\n',
    );
    expect(text).toContain(
      'next run   loads 2 journals of earlier runs\n' +
        '           lists 3 monitors, then reads what is new or changed\n' +
        '           reads details of IPs known to be missing: 61 never read, 700 changed\n' +
        '           reads 25 unchanged IPs again in proof\n',
    );
    const older = statusText(STATUS, Date.parse('2026-11-25T09:00:00Z'), colorsFor(false));
    expect(older).toContain('are as of 2026-11-22, 3 days ago\n');
  });
});

describe('quantities', () => {
  it('calls only the whole 100 %', () => {
    expect([formatShare(999, 1000), formatShare(7, 7), formatShare(0, 0)]).toEqual([
      '99 %',
      '100 %',
      '100 %',
    ]);
  });

  it.each([
    [0, '0.0 s'],
    [9_940, '9.9 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [3_599_600, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [999_960, '1.0 MB'],
    [12_340_000, '12.3 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('counts one and many', () => {
    expect(formatCountOf(1, 'retry', 'retries')).toBe('1 retry');
    expect(formatCountOf(1_000, 'page')).toBe('1,000 pages');
  });
});

describe('lines to copy', () => {
  it.each([
    ['./dmarc-data', './dmarc-data'],
    ['it has spaces', "'it has spaces'"],
    ["it's", "'it'\\''s'"],
    ['', "''"],
  ])('%j is %s in a shell', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it('call the program as it was called', () => {
    expect(programName('/usr/local/bin/dmarc-etl', '/home/x')).toBe('dmarc-etl');
    expect(programName('/home/x/dist/cli.js', '/home/x')).toBe('node dist/cli.js');
    expect(programName(undefined, '/home/x')).toBe('dmarc-etl');
  });
});
