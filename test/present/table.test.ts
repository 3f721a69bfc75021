import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorsFor, wantsColors } from '../../src/present/colors.ts';
import { displayWidth } from '../../src/present/display-width.ts';
import { fitWidths, renderTable } from '../../src/present/table.ts';

const plain = { colors: colorsFor(false), width: null };

describe('renderTable', () => {
  it('lines up texts on the left and numbers on the right', () => {
    expect(
      renderTable(
        ['domain', 'volume'],
        [
          ['a.example', 5n],
          ['日本.example', 12_000],
          [null, null],
        ],
        plain,
      ),
    ).toBe(
      [
        '┌──────────────┬────────┐',
        '│ domain       │ volume │',
        '├──────────────┼────────┤',
        '│ a.example    │      5 │',
        '│ 日本.example │  12000 │',
        '│ NULL         │   NULL │',
        '└──────────────┴────────┘',
        '',
      ].join('\n'),
    );
  });

  it('shows what steers a terminal as text, in names too', () => {
    const text = renderTable(['\x1b[2J'], [['\u202eevil\r\n\x1b]0;title\x07']], plain);
    expect(text).toContain('\\x1b[2J');
    expect(text).toContain('\\u{202e}evil\\r\\n\\x1b]0;title\\x07');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  it('has no escape sequence without colours, and some with', () => {
    expect(renderTable(['a'], [[null]], plain)).not.toContain('\x1b');
    expect(renderTable(['a'], [[null]], { ...plain, colors: colorsFor(true) })).toContain('\x1b[1ma\x1b[22m');
  });

  it('cuts the widest column where the terminal ends', () => {
    const text = renderTable(['id', 'comment'], [[1, 'x'.repeat(200)]], { ...plain, width: 40 });
    expect(text).toContain('…');
    expect(Math.max(...text.split('\n').map(displayWidth))).toBe(40);
  });

  it('tells rows as lists where columns would be too narrow to read', () => {
    const names = Array.from({ length: 30 }, (_, index) => `column_${index}`);
    const text = renderTable(names, [names.map((_, index) => index)], { ...plain, width: 80 });
    expect(text.split('\n').slice(0, 3)).toEqual(['row 1', '  column_0   0', '  column_1   1']);
  });

  it('is one table, however many rows it has', () => {
    const rows = Array.from({ length: 2_500 }, (_, index) => [index]);
    const lines = renderTable(['n'], rows, plain).split('\n');
    expect(lines.slice(3, -2)).toEqual(rows.map(([n]) => `│ ${String(n).padStart(4)} │`));
    expect(lines.slice(0, 3)).toEqual(['┌──────┐', '│    n │', '├──────┤']);
    expect(lines.slice(-2)).toEqual(['└──────┘', '']);
  });

  it('has a head and no rows when there are none', () => {
    expect(renderTable(['n'], [], plain)).toBe('┌───┐\n│ n │\n└───┘\n');
  });

  it('is never wider than the terminal', () => {
    const rows = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 3 }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 28, max: 120 }), (cells, width) => {
        const lines = renderTable(['one', 'two', 'three'], cells, { ...plain, width }).split('\n');
        expect(
          Math.max(...lines.map((line) => line.replaceAll(/[^ -~│┌─┬┐├┼┤└┴┘…]/g, '').length)),
        ).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('fitWidths', () => {
  it('takes from the widest first', () => {
    expect(fitWidths([3, 50, 20], 43)).toEqual([3, 20, 20]);
    expect(fitWidths([3, 50, 20], 100)).toEqual([3, 50, 20]);
    expect(fitWidths([3, 50, 20], 14)).toBeNull();
  });
});

describe('wantsColors', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { CI: 'true', FORCE_COLOR: '1' }, false],
  ])('terminal %s with %j: %s', (isTTY, environment, wanted) => {
    expect(wantsColors({ isTTY }, environment)).toBe(wanted);
  });
});
