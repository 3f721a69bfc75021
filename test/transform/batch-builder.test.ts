import { Schema } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigint, boolean, date, double, integer, timestamptz, varchar } from '../../src/contract/table.ts';
import { BatchBuilder, type Row } from '../../src/transform/batch-builder.ts';
import { wellFormed } from '../../src/transform/json-text.ts';

const SCHEMA = new Schema([
  varchar('text', ''),
  boolean('flag', ''),
  integer('small', ''),
  bigint('large', ''),
  double('real', ''),
  date('day', ''),
  timestamptz('instant', ''),
]);

const NULLS: Row = { text: null, flag: null, small: null, large: null, real: null, day: null, instant: null };

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc00', '😀', 'é', '\0'), maxLength: 60 }),
);
const row: fc.Arbitrary<Row> = fc.record({
  text: nullable(text),
  flag: nullable(fc.boolean()),
  small: nullable(fc.integer()),
  large: nullable(fc.maxSafeInteger()),
  real: nullable(fc.double({ noNaN: true })),
  day: nullable(fc.integer({ min: -700_000, max: 2_900_000 })),
  instant: nullable(fc.bigInt({ min: -(2n ** 55n), max: 2n ** 57n })),
});

function build(rows: readonly Row[]) {
  const builder = new BatchBuilder(SCHEMA);
  for (const one of rows) builder.append(one);
  return builder.finish();
}

describe('BatchBuilder', () => {
  it('gives back every cell', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const batch = build(rows);
        expect(batch.numRows).toBe(rows.length);
        rows.forEach((expected, at) => {
          const [texts, flags, smalls, larges, reals, days, instants] = [0, 1, 2, 3, 4, 5, 6].map((column) =>
            batch.getChildAt(column),
          );
          expect(texts?.get(at)).toBe(typeof expected.text === 'string' ? wellFormed(expected.text) : null);
          expect(flags?.get(at)).toBe(expected.flag);
          expect(smalls?.get(at)).toBe(expected.small);
          expect(larges?.get(at)).toBe(typeof expected.large === 'number' ? BigInt(expected.large) : null);
          expect(reals?.get(at)).toBe(expected.real);
          expect(days?.get(at)).toBe(typeof expected.day === 'number' ? expected.day * 86_400_000 : null);
          if (expected.instant === null) expect(instants?.get(at)).toBeNull();
          else expect(batch.data.children[6]?.values[at]).toBe(expected.instant);
        });
      }),
    );
  });

  it('grows', () => {
    const rows = Array.from({ length: 5000 }, (_, at) => ({
      ...NULLS,
      text: `${at}é`,
      flag: at % 3 === 0,
      small: at,
    }));
    const batch = build(rows);
    expect(batch.schema).toEqual(SCHEMA);
    expect(batch.getChild('text')?.toArray()).toEqual(rows.map(({ text }) => text));
    expect(batch.getChild('flag')?.toArray()).toEqual(rows.map(({ flag }) => flag));
    expect([...(batch.getChild('small') ?? [])]).toEqual(rows.map(({ small }) => small));
    expect(batch.getChild('day')?.nullCount).toBe(5000);
  });

  it('takes texts of megabytes', () => {
    const long = ['x'.repeat(3_000_000), '語'.repeat(1_000_000)];
    const batch = build(long.map((text) => ({ ...NULLS, text })));
    expect([...(batch.getChild('text') ?? [])]).toEqual(long);
  });

  it.each([
    ['text', 1],
    ['flag', 'true'],
    ['small', '1'],
    ['large', '1'],
    ['real', 1n],
    ['day', '2025-11-05'],
    ['instant', '2025-11-05'],
  ])('refuses a cell of another type in %s', (name, cell) => {
    expect(() => build([{ ...NULLS, [name]: cell }])).toThrow(`column ${name}`);
  });

  it('refuses a row that lacks a column', () => {
    const { day: _, ...lacking } = NULLS;
    expect(() => build([lacking as Row])).toThrow('column day');
  });

  it('refuses a row whose cells are in another order', () => {
    const { text, ...rest } = NULLS;
    expect(() => build([{ ...rest, text: text ?? null }])).toThrow('column text: the row has flag there');
  });

  it('refuses a row with a cell too many', () => {
    expect(() => build([{ ...NULLS, more: 1 }])).toThrow('end of the row: the row has more there');
  });
});
