import {
  Bool,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/load/database.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase(':memory:');
  for (const name of ['appended', 'appended_after'])
    await database.run(
      `CREATE TABLE ${name} (n INTEGER, text VARCHAR, flag BOOLEAN, whole INTEGER, day DATE, big BIGINT, moment TIMESTAMPTZ, real DOUBLE)`,
    );
});
afterAll(() => database.close());

interface Cells {
  readonly text: string | null;
  readonly flag: boolean | null;
  readonly whole: number | null;
  readonly big: bigint | null;
  readonly real: number | null;
}

const cells: fc.Arbitrary<Cells> = fc.record({
  text: fc.option(fc.string({ unit: 'grapheme' })),
  flag: fc.option(fc.boolean()),
  whole: fc.option(fc.integer()),
  big: fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  real: fc.option(fc.double({ noNaN: true })),
});

test('what is appended is what is read, with NULLs, over chunk borders', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 5000 }),
      async (some, rows) => {
        const all = Array.from({ length: rows }, (_, index) => some[index % some.length] as Cells);
        await database.run('DELETE FROM appended');
        const half = all.length >> 1;
        await database.append('appended', batchOf(all.slice(0, half)));
        await database.append('appended', batchOf(all.slice(half), half));
        await database.flush();
        const read = await database.rows(
          "SELECT text, flag, whole, CAST(day - DATE '1970-01-01' AS INTEGER) AS day, big, epoch_us(moment) AS moment, real FROM appended ORDER BY n",
        );
        const [distinct] = await database.rows('SELECT COUNT(DISTINCT text) AS texts FROM appended');
        const texts = all.flatMap(({ text }) => (text === null ? [] : [text]));
        expect(distinct).toEqual({ texts: BigInt(new Set(texts).size) });
        expect(read).toEqual(
          all.map(({ text, flag, whole, big, real }) => ({
            text,
            flag,
            whole,
            day: whole === null ? null : whole % 10_000,
            big,
            moment: big === null ? null : big % 10n ** 15n,
            real: real === null ? null : real,
          })),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('nothing of a chunk is left in the next one', async () => {
  const nothing: Cells = { text: null, flag: null, whole: null, big: null, real: null };
  const long: Cells = { text: 'x'.repeat(40), flag: true, whole: 1, big: 2n, real: 3 };
  const short: Cells = { text: 'x', flag: false, whole: 4, big: 5n, real: 6 };
  // A column without NULLs says nothing of validity, and comes after one that is nothing else.
  for (const [row, rows] of [
    [long, 2048],
    [nothing, 2047],
    [short, 2048],
    [nothing, 1],
    [long, 3],
  ] as const)
    await database.append('appended_after', batchOf(Array<Cells>(rows).fill(row)));
  await database.flush();
  expect(
    await database.rows(`
      SELECT text, flag, whole, big, real, COUNT(*) AS rows FROM appended_after GROUP BY ALL ORDER BY whole`),
  ).toEqual([
    { ...long, rows: 2051n },
    { ...short, rows: 2048n },
    { ...nothing, rows: 2048n },
  ]);
});

test('a batch with fewer columns than the table is refused', async () => {
  const { schema, data } = batchOf([]);
  const fewer = new RecordBatch(
    new Schema(schema.fields.slice(1)),
    makeData({
      type: new Struct(schema.fields.slice(1)),
      length: 0,
      nullCount: 0,
      children: data.children.slice(1),
    }),
  );
  await expect(database.append('appended_after', fewer)).rejects.toThrow(
    'a batch of 7 columns for a table of 8',
  );
});

/** Rows of the table `appended`, numbered from `first` on. */
function batchOf(rows: readonly Cells[], first = 0): RecordBatch {
  const columns: [string, DataType, ArrayLike<unknown>, readonly (unknown | null)[]][] = [
    ['n', new Int32(), Int32Array.from(rows, (_, index) => first + index), rows.map((_, index) => index)],
    ['text', new Utf8(), [], rows.map((row) => row.text)],
    ['flag', new Bool(), [], rows.map((row) => row.flag)],
    ['whole', new Int32(), Int32Array.from(rows, (row) => row.whole ?? 0), rows.map((row) => row.whole)],
    [
      'day',
      new DateDay(),
      Int32Array.from(rows, (row) => (row.whole ?? 0) % 10_000),
      rows.map((row) => row.whole),
    ],
    ['big', new Int64(), BigInt64Array.from(rows, (row) => row.big ?? 0n), rows.map((row) => row.big)],
    [
      'moment',
      new TimestampMicrosecond('UTC'),
      BigInt64Array.from(rows, (row) => (row.big ?? 0n) % 10n ** 15n),
      rows.map((row) => row.big),
    ],
    ['real', new Float64(), Float64Array.from(rows, (row) => row.real ?? 0), rows.map((row) => row.real)],
  ];
  const children = columns.map(([, type, values, cellsOf]) => dataOf(type, values, cellsOf));
  const schema = new Schema(columns.map(([name, type]) => new Field(name, type, true)));
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
}

function dataOf(type: DataType, values: ArrayLike<unknown>, cellsOf: readonly (unknown | null)[]) {
  const length = cellsOf.length;
  const nullBitmap = bits(cellsOf.map((cell) => cell !== null));
  const nullCount = cellsOf.filter((cell) => cell === null).length;
  if (type instanceof Utf8) {
    const texts = cellsOf.map((cell) => Buffer.from((cell as string | null) ?? ''));
    const valueOffsets = new Int32Array(length + 1);
    texts.forEach((text, index) => {
      valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + text.length;
    });
    return makeData({
      type,
      length,
      nullCount,
      nullBitmap,
      valueOffsets,
      data: new Uint8Array(Buffer.concat(texts)),
    });
  }
  const data = type instanceof Bool ? bits(cellsOf.map((cell) => cell === true)) : values;
  return makeData({ type: type as Int32, length, nullCount, nullBitmap, data: data as Int32Array });
}

function bits(flags: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, index) => {
    if (flag) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}
