import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalLines, terminalText } from '../../src/present/terminal-text.ts';

describe('terminalText', () => {
  it.each([
    ['plain text, ünïcode, 日本, 👍', 'plain text, ünïcode, 日本, 👍'],
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['nul\0del\x7fcsi\x9b', 'nul\\x00del\\x7fcsi\\x9b'],
    ['\u202egnp.exe\u2066x\u2069', '\\u{202e}gnp.exe\\u{2066}x\\u{2069}'],
    ['\u200bzero\ufeffwidth\u2028line', '\\u{200b}zero\\u{feff}width\\u{2028}line'],
    ['half \ud800 pair', 'half \ufffd pair'],
  ])('shows %j as %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('leaves nothing that a terminal obeys, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(terminalLines(text)).not.toMatch(/[^\P{Cc}\n]/u);
      }),
    );
  });
});

describe('terminalLines', () => {
  it('keeps line breaks and nothing else of the kind', () => {
    expect(terminalLines('one\ntwo\r\n\x1b[2J\u202e')).toBe('one\ntwo\\r\n\\x1b[2J\\u{202e}');
  });
});
