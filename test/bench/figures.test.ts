import { describe, expect, it } from 'vitest';
import { figuresMarkdown, type Measure, type SizeResult } from '../../bench/figures.mjs';

const MACHINE = { node: 'v20.0.0', platform: 'linux x64', cpu: 'Some', cpus: 2, memory_bytes: 8e9 };

function measured(ms: number, megabytes: number, more: Partial<Measure> = {}): Measure {
  return { ms, peak_bytes: megabytes * 1e6, stages: [], ...more };
}

/** A round of an account with so many records, in which a replay and the plain script take so long. */
function roundOf(records: number, replayMs: number, plainMs: number): SizeResult['rounds'][number] {
  const stages = [
    { stage: 'start', ms: replayMs * 0.1, peak_bytes: 50e6, cpu_ms: replayMs * 0.1 },
    { stage: 'open', ms: replayMs * 0.1, peak_bytes: 150e6, cpu_ms: replayMs * 0.1 },
    { stage: 'load', ms: replayMs * 0.6, peak_bytes: 190e6, cpu_ms: replayMs * 1.08 },
    { stage: 'publish', ms: replayMs * 0.2, peak_bytes: 120e6, cpu_ms: replayMs * 0.25 },
  ];
  const extract = { stage: 'extract', ms: replayMs, peak_bytes: 120e6, cpu_ms: replayMs * 1.2 };
  return {
    first: measured(replayMs * 2, 300, {
      records,
      auth_results: records * 2,
      requests: { list: 1, report: 4 },
      sandbox_cpu_ms: replayMs * 0.7,
      stages: [extract, ...stages],
    }),
    quiet: measured(replayMs / 10, 90, { requests: { list: 1 }, written: ['dmarc.duckdb', 'meta'] }),
    changed: measured(replayMs / 5, 100, { requests: { list: 1, report: 1 } }),
    replay: measured(replayMs, 200, { stages }),
    plain: measured(plainMs, 80),
    read_json: measured(plainMs / 2, 70),
    parse: measured(plainMs / 4, 60),
  };
}

const SMALL: SizeResult = {
  size: 100_000,
  machine: MACHINE,
  rounds: [roundOf(100_000, 1_000, 3_000), roundOf(100_000, 2_000, 1_000), roundOf(100_000, 3_000, 2_000)],
  division: null,
};

const LARGE: SizeResult = {
  ...{ size: 2_000_000, machine: MACHINE, rounds: [roundOf(2_000_000, 30_000, 60_000)] },
  division: [
    { stage: 'start', ms: 5, idle_ms: 0, threads: [{}] },
    { stage: 'open', ms: 5, idle_ms: 0, threads: [{}] },
    { stage: 'extract', ms: 40, idle_ms: 30, threads: [{ 'dist/journal': 9 }] },
    {
      ...{ stage: 'load', ms: 30, idle_ms: 6 },
      threads: [
        { 'dist/journal': 10, '@duckdb': 7 },
        { 'dist/transform': 8, 'apache-arrow': 4 },
      ],
    },
    { stage: 'publish', ms: 20, idle_ms: 15, threads: [{}] },
  ],
};

const START = { machine: MACHINE, rounds: [{ 'node -e 0': 40, 'dmarc-etl --help': 120 }] };

/** Cells of the row that begins with this one. */
function row(markdown: string, name: string): string[] {
  const line = markdown.split('\n').find((candidate) => candidate.startsWith(`| ${name} |`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

describe('the figures of docs/performance.md', () => {
  const markdown = figuresMarkdown({ sizes: [SMALL, LARGE], start: START });

  it('are medians of the rounds, a ratio that of the rounds’ ratios', () => {
    expect(row(markdown, 'journal → published')).toEqual([
      ...['2.00', '20.0', '200', '1.50'],
      ...['30.0', '15.0', '200', '0.50'],
    ]);
    expect(row(markdown, 'plain script ÷ journal → published, time')).toEqual([
      '≥ 1.3 from 500k',
      '0.67',
      '2.00',
    ]);
  });

  it('divide a replay by its stages', () => {
    expect(row(markdown, 'journal → database').slice(0, 3)).toEqual(['1.40', '14.0', '190']);
    expect(row(markdown, 'database → published').slice(0, 3)).toEqual(['0.40', '4.00', '120']);
  });

  it('tell what follows: shares, growth, requests, files', () => {
    const cells = (name: string) => row(markdown, name).slice(1);
    expect(cells('second run with nothing new ÷ journal → published, time')).toEqual(['10 %', '10 %']);
    expect(cells('highest peak of the program, MB')).toEqual(['300', '300']);
    expect(cells('time a record ÷ that of the smallest, journal → published')).toEqual(['1.00', '0.75']);
    expect(cells('µs a further record, journal → published')).toEqual(['', '14.7']);
    expect(cells('µs a further record, sandbox → published')).toEqual(['', '29.5']);
    expect(cells('requests, sandbox → published')).toEqual(['5', '5']);
    expect(markdown).toContain('a second run with nothing new wrote `dmarc.duckdb`, `meta`.');
  });

  it('divide a profiled run, where there was one', () => {
    const shares = Object.fromEntries(
      ['starting', 'waiting for the sandbox', 'loading', '*parsing*', '*transforming*', 'publishing'].map(
        (name) => [name, row(markdown, name)],
      ),
    );
    expect(shares).toEqual({
      starting: ['10 %'],
      'waiting for the sandbox': ['30 %'],
      loading: ['30 %'],
      '*parsing*': ['10 %'],
      '*transforming*': ['12 %'],
      publishing: ['20 %'],
    });
  });

  it('tell how many cores are at work', () => {
    expect(markdown).toContain('How many of the 2 cores are at work');
    expect(row(markdown, 'asking, with what the sandbox does for it')).toEqual(['1.90', '1.90']);
    expect(markdown).toContain('| loading | 1.80 | 1.80 |');
    expect(markdown).toContain('| publishing | 1.25 | 1.25 |');
  });

  it('set starts beside Node alone', () => {
    expect(row(markdown, '`dmarc-etl --help`')).toEqual(['120', '3.00']);
  });

  it('say when there are none, or only starts', () => {
    expect(figuresMarkdown({ sizes: [], start: null })).toBe('Not measured yet.\n');
    expect(figuresMarkdown({ sizes: [], start: START })).toMatch(/^Starts of the command line/);
  });
});
