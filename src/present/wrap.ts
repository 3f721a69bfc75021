import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from './display-width.ts';

/**
 * Breaks a text between words, or where it is a list with ` · ` between its items, so that no line is wider than `width`
 * columns where the first begins at column `indent` and the others are indented to it. Colours count nothing; what is
 * longer by itself stays whole. Null = no bound.
 */
export function wrapText(text: string, width: number | null | undefined, indent: number): string {
  if (width === null || width === undefined) return text;
  const between = text.includes(LIST_MARK) ? LIST_MARK : ' ';
  const room = width - indent - between.trimEnd().length;
  const lines: string[] = [];
  for (const piece of text.split(between)) {
    const last = lines.at(-1);
    const joined = last === undefined ? piece : `${last}${between}${piece}`;
    if (last === undefined || displayWidth(stripVTControlCharacters(joined)) > room) lines.push(piece);
    else lines[lines.length - 1] = joined;
  }
  return lines.join(`${between.trimEnd()}\n${' '.repeat(indent)}`);
}

const LIST_MARK = ' · ';
