import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/present/csv.ts';

/** Reads one record of RFC 4180; an unquoted empty field is null. */
function readCsvLine(line: string): (string | null)[] {
  expect(line.endsWith('\r\n')).toBe(true);
  const fields = `,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g);
  return [...fields].map(([, quoted, plain]) =>
    quoted === undefined ? plain || null : quoted.replaceAll('""', '"'),
  );
}

describe('csvLine', () => {
  it.each([
    [['a', 'b'], 'a,b\r\n'],
    [['say "hi"', 'x,y', 'two\r\nlines'], '"say ""hi""","x,y","two\r\nlines"\r\n'],
    [[null, ''], ',""\r\n'],
    [[1, -2.5, 10n, true], '1,-2.5,10,true\r\n'],
    [[['x', 1n]], '"[""x"",1]"\r\n'],
  ])('writes %o', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("http://x","y")'])(
    'keeps a spreadsheet from computing %j',
    (text) => {
      expect(readCsvLine(csvLine([text]))).toEqual([`'${text}`]);
    },
  );

  it('leaves negative numbers and texts with a sign inside alone', () => {
    expect(csvLine([-1, -2n, 'a=b', ' =1'])).toBe('-1,-2,a=b, =1\r\n');
  });

  it('gives every other text back unchanged', () => {
    const harmless = fc.string({ unit: 'grapheme' }).filter((text) => !/^[=+\-@\t\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.option(harmless), { minLength: 1 }), (cells) => {
        expect(readCsvLine(csvLine(cells))).toEqual(cells);
      }),
    );
  });
});
