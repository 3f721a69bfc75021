import { describe, expect, it } from 'vitest';
import { divide, type Profile } from '../../bench/division.mjs';

const [ROOT, IDLE, GC, READ_LINE, PARSE, RUN, APPEND, VECTOR, NODE] = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** PARSE is called by READ_LINE and has no file of its own. */
const NODES: Profile['nodes'] = [
  node(ROOT, '(root)', '', [IDLE, GC, READ_LINE, RUN, APPEND, VECTOR, NODE]),
  node(IDLE, '(idle)', ''),
  node(GC, '(garbage collector)', ''),
  node(READ_LINE, 'readLine', 'file:///dist/of/someone/dist/journal/read.js', [PARSE]),
  node(PARSE, 'parse', ''),
  node(RUN, 'run', 'file:///x/dist/run.js'),
  node(APPEND, 'append', 'file:///x/node_modules/@duckdb/node-api/lib/DuckDBAppender.js'),
  node(VECTOR, 'makeVector', 'file:///x/node_modules/apache-arrow/vector.mjs'),
  node(NODE, 'read', 'node:internal/fs'),
];

function node(id: number, functionName: string, url: string, children: readonly number[] = []) {
  return { id, callFrame: { functionName, url }, children };
}

/** A profile that begins at 1,000 ms of its clock, from `[node, for how many ms]`. */
function profileOf(...slices: (readonly [node: number, ms: number])[]): Profile {
  return {
    nodes: NODES,
    startTime: 1_000_000,
    endTime: 1_000_000 + slices.reduce((sum, [, ms]) => sum + ms * 1000, 0),
    samples: slices.map(([node]) => node),
    timeDeltas: [0, ...slices.slice(0, -1).map(([, ms]) => ms * 1000)],
  };
}

const OFFSET_MS = 500_000;
const span = (stage: string, from: number, to: number) => ({
  stage,
  from: OFFSET_MS + from,
  to: OFFSET_MS + to,
});

describe('the division of a profiled run', () => {
  it('gives each stage its part of what ran in it, by layer', () => {
    const profile = profileOf([RUN, 5], [IDLE, 20], [READ_LINE, 10], [PARSE, 4], [APPEND, 6], [GC, 5]);
    expect(divide([profile], [span('extract', 1_000, 1_020), span('load', 1_020, 1_050)], OFFSET_MS)).toEqual(
      [
        { stage: 'extract', ms: 20, idle_ms: 15, threads: [{ dist: 5, '(idle)': 15 }] },
        {
          ...{ stage: 'load', ms: 30, idle_ms: 5 },
          threads: [{ 'dist/journal': 14, '@duckdb': 6, '(idle)': 5, '(garbage collector)': 5 }],
        },
      ],
    );
  });

  it('tells when no thread ran: together busy counts once, a thread that is not there does not run', () => {
    const main = profileOf([NODE, 10], [IDLE, 30], [APPEND, 10]);
    const worker = profileOf([VECTOR, 5], [IDLE, 10], [VECTOR, 10]);
    expect(divide([main, worker], [span('load', 1_000, 1_050)], OFFSET_MS)).toEqual([
      {
        ...{ stage: 'load', ms: 50, idle_ms: 20 },
        threads: [
          { '(idle)': 30, node: 10, '@duckdb': 10 },
          { 'apache-arrow': 15, '(idle)': 10 },
        ],
      },
    ]);
  });

  it('ends the last stage with the main thread', () => {
    const [stage] = divide([profileOf([RUN, 10])], [span('publish', 1_004, 1_900)], OFFSET_MS);
    expect(stage).toEqual({ stage: 'publish', ms: 6, idle_ms: 0, threads: [{ dist: 6 }] });
  });
});
