import { describe, expect, it } from 'vitest';
import { wrapText } from '../../src/present/wrap.ts';

describe('wrapText', () => {
  it.each([
    ['one two three', 9, 2, 'one two\n  three'],
    ['one two three', 15, 2, 'one two three'],
    ['one two three', 14, 2, 'one two\n  three'],
    ['unbreakable x', 6, 1, 'unbreakable\n x'],
    ['\x1b[33mone two\x1b[39m', 8, 1, '\x1b[33mone two\x1b[39m'],
    ['東京 都', 6, 1, '東京\n 都'],
    ['1 one · 2 two · 3 three', 17, 1, '1 one · 2 two ·\n 3 three'],
    ['1 one · 2 two', 12, 1, '1 one ·\n 2 two'],
    ['one two three', null, 2, 'one two three'],
  ])('%j in %j columns from %d: %j', (text, width, indent, wrapped) => {
    expect(wrapText(text, width, indent)).toBe(wrapped);
  });
});
