import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STAGED, type StagedName } from '../../src/contract/staging.ts';
import type { Stream } from '../../src/journal/line.ts';
import type { LineGroup } from '../../src/journal/parse.ts';
import { type Transformer, transformHere } from '../../src/run/transformer.ts';
import { startNode } from '../commands/built-program.ts';
import { VALID_ROWS } from '../transform/hostile-rows.ts';
import { attemptOf, CONTEXT, type PlainRow, rowsOf } from '../transform/staged-values.ts';

/** As it is built: a thread cannot load TypeScript. `npm test` builds first; on its own, run `npm run build` before. */
const BUILT = fileURLToPath(new URL('../../dist/run/transform-aside.js', import.meta.url));
const { transformAside } = (await import(BUILT)) as { transformAside: Transformer };

const STREAMS: readonly Stream[] = [
  'monitors',
  'aggregated_reports',
  'report_records',
  'report_sources',
] as const;
const NAMES = Object.keys(STAGED) as StagedName[];

/** Groups of three lines each, more than the thread has at once; `spoil` can change a line. */
async function* groupsOf(
  count: number,
  spoil: (line: string, number: number) => string = (line) => line,
): AsyncGenerator<LineGroup> {
  for (let group = 0; group < count; group += 1) {
    const lines = [0, 1, 2].map((position) => {
      const seq = group * 3 + position + 1;
      const stream = STREAMS[seq % STREAMS.length] as Stream;
      const row = { ...VALID_ROWS[stream], country: seq % 5 === 0 ? 'Türkiye 🎉' : 'France', added: seq };
      const data = seq % 7 === 0 ? [row, 'no object', { ...row, id: null }] : [row, row];
      return `${spoil(JSON.stringify(attemptOf(stream, { seq, body: { data } })), seq)}\n`;
    });
    yield {
      path: 'a.jsonl',
      firstLine: group * 3 + 2,
      bytes: Uint8Array.from(Buffer.from(lines.join(''))),
    };
  }
}

async function rowsFrom(transformer: Transformer, groups: AsyncGenerator<LineGroup>): Promise<PlainRow[][]> {
  const rows: PlainRow[][] = [];
  for await (const batches of transformer(groups, CONTEXT))
    rows.push(NAMES.flatMap((name) => rowsOf(batches, name)));
  return rows;
}

/** The rows of each group, in the order of the groups. */
function inOrder(rows: PlainRow[][]): PlainRow[][] {
  const first = (group: PlainRow[]) => Math.min(...group.map(({ _seq }) => Number(_seq)));
  return [...rows].sort((left, right) => first(left) - first(right));
}

describe('the transform in a thread of its own', () => {
  it.each([0, 1, 6, 7, 40])('gives of %i groups what the transform in this thread gives', async (count) => {
    const rows = await rowsFrom(transformAside, groupsOf(count));
    expect(inOrder(rows)).toEqual(inOrder(await rowsFrom(transformHere, groupsOf(count))));
    expect(rows).toHaveLength(count);
    expect(rows.flat().length).toBeGreaterThanOrEqual(count * 6);
  });

  it.each([
    { number: 2, where: 'before it starts' },
    { number: 20, where: 'in the thread' },
  ])('throws what is wrong with a line $where', async ({ number }) => {
    const spoil = (line: string, seq: number) => (seq === number ? line.slice(0, -2) : line);
    await expect(rowsFrom(transformAside, groupsOf(9, spoil))).rejects.toMatchObject({
      name: 'DataError',
      message: `a.jsonl, line ${number + 1}: damaged, and not the last line`,
      hint: expect.stringContaining('Restore it from a backup'),
    });
  });

  it('throws what reading throws, and ends', async () => {
    const broken = new Error('EIO');
    const reading = async function* () {
      yield* groupsOf(8);
      throw broken;
    };
    await expect(rowsFrom(transformAside, reading())).rejects.toBe(broken);
  });

  it('works however the program was started', async () => {
    const line = JSON.stringify(attemptOf('monitors', { body: { data: [] } }));
    const code = `
      const { transformAside } = await import(${JSON.stringify(pathToFileURL(BUILT).href)});
      const groups = async function* () {
        for (let n = 0; n < 9; n += 1) yield { path: 'a', firstLine: n, bytes: Uint8Array.from(Buffer.from(${JSON.stringify(`${line}\n`)})) };
      };
      let rows = 0;
      for await (const batches of transformAside(groups(), ${JSON.stringify(CONTEXT)})) rows += batches.get('attempts').numRows;
      console.log(rows);
    `;
    const child = startNode(['--input-type=module', '--eval', code]);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect({ stdout, stderr }).toEqual({ stdout: '9\n', stderr: '' });
  });

  it('can be left early, and closes what it reads', async () => {
    const groups = groupsOf(20);
    let taken = 0;
    for await (const batches of transformAside(groups, CONTEXT)) {
      expect(batches.size).toBeGreaterThan(0);
      taken += 1;
      if (taken === 10) break;
    }
    expect(await groups.next()).toEqual({ done: true, value: undefined });
  });
});
