import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stream } from '../../src/journal/line.ts';
import { transformAttempts } from '../../src/transform/transform.ts';
import { type MalformedAnswer, malformedAnswer, STREAMS, tellShortly } from './malformed-answers.ts';
import { attemptOf, CONTEXT, type PlainRow, rowsOf, transformData } from './staged-values.ts';

/** Ten thousand answers in all, some of them transformed together as a run does. */
const TOGETHER = 10;
const RUNS_A_STREAM = 250;

test.each(STREAMS)(
  `${TOGETHER * RUNS_A_STREAM} malformed answers of %s: no crash, no valid row lost, every bad one accounted for`,
  (stream) => {
    let valid = 0;
    const answers = fc.array(malformedAnswer(stream), { minLength: TOGETHER, maxLength: TOGETHER });
    fc.assert(
      fc.property(answers, (given) => {
        const stagedOf = transformAll(stream, given);
        for (const [seq, answer] of given.entries()) {
          const staged = stagedOf(seq);
          expectAccountedFor(staged, stream, answer);
          expectValidRows(staged, stream, answer);
          valid += answer.valid.length;
        }
      }),
      { numRuns: RUNS_A_STREAM, endOnFailure: true, reporter: tellShortly },
    );
    expect(valid).toBeGreaterThan((TOGETHER * RUNS_A_STREAM) / 4);
  },
);

/** The rows of a staged table that an answer became. */
type Staged = (table: (typeof TABLES)[number]) => PlainRow[];

const TABLES = ['attempts', 'meta_quarantine', ...STREAMS, 'auth_results', 'dmarc_policies'] as const;

function transformAll(stream: Stream, given: readonly MalformedAnswer[]): (seq: number) => Staged {
  const attempts = given.map(({ body }, seq) => attemptOf(stream, { seq, body }));
  const batches = transformAttempts(attempts, CONTEXT);
  const rows = new Map(TABLES.map((table) => [table, rowsOf(batches, table)]));
  return (seq) => (table) => (rows.get(table) ?? []).filter(({ _seq }) => _seq === seq);
}

/** Every item has either its row or one quarantine entry of level `row`, and the attempt counts them. */
function expectAccountedFor(staged: Staged, stream: Stream, { data }: MalformedAnswer): void {
  const whole = staged('meta_quarantine').filter(({ level }) => level === 'row');
  const [attempt] = staged('attempts');
  if (data === null) {
    expect(whole.map(({ path }) => path)).toEqual(['$']);
    expect(attempt).toMatchObject({ items: 0, quarantined: 0 });
    return;
  }
  const positions = [...staged(stream), ...whole].map(({ _item }) => Number(_item));
  expect(positions.sort((a, b) => a - b)).toEqual(data.map((_, position) => position));
  expect(attempt).toMatchObject({ items: data.length, quarantined: whole.length });
}

/** Valid items become the rows that they become without the others, and nothing of them is quarantined. */
function expectValidRows(staged: Staged, stream: Stream, { data, valid }: MalformedAnswer): void {
  if (data === null || valid.length === 0) return;
  const quarantined = staged('meta_quarantine').map(({ _item }) => Number(_item));
  expect(quarantined.filter((item) => valid.includes(item))).toEqual([]);
  const alone = transformData(
    stream,
    valid.map((position) => data[position]),
  );
  for (const table of [stream, 'auth_results', 'dmarc_policies'] as const) {
    const here = staged(table).filter(({ _item }) => valid.includes(Number(_item)));
    expect(here.map(withoutPlace)).toEqual(rowsOf(alone, table).map(withoutPlace));
  }
}

function withoutPlace({ _item, _seq, ...row }: PlainRow): PlainRow {
  return row;
}
