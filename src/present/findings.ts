import type { Colors } from './colors.ts';
import { terminalText } from './terminal-text.ts';
import { wrapText } from './wrap.ts';

/** A line of `dmarc-etl doctor`. */
export interface FindingLine {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
}

const LEVEL_WIDTH = 6;

/** Findings for people: a line each, and what to do below those that are not ok. */
export function findingsText(
  findings: readonly FindingLine[],
  colors: Colors,
  width: number | null = null,
): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red };
  const margin = findings.reduce((most, { name }) => Math.max(most, name.length), 0) + 2;
  const lines = findings.map(({ name, level, message, hint }) => {
    const head = `${paint[level](level.padEnd(LEVEL_WIDTH))}${colors.bold(name.padEnd(margin))}`;
    const indent = LEVEL_WIDTH + margin;
    const text = wrapText(terminalText(message), width, indent);
    const told = hint === null ? '' : `\n${' '.repeat(indent)}${wrapText(terminalText(hint), width, indent)}`;
    return `${head}${text}${told}\n`;
  });
  return lines.join('');
}
