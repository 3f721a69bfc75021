import type { Colors } from './colors.ts';
import { terminalText } from './terminal-text.ts';

/** A line of `dmarc-etl doctor`. */
export interface FindingLine {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
}

const LEVEL_WIDTH = 6;

/** Findings for people: a line each, and what to do below those that are not ok. */
export function findingsText(findings: readonly FindingLine[], colors: Colors): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red };
  const margin = findings.reduce((most, { name }) => Math.max(most, name.length), 0) + 2;
  const lines = findings.map(({ name, level, message, hint }) => {
    const head = `${paint[level](level.padEnd(LEVEL_WIDTH))}${colors.bold(name.padEnd(margin))}`;
    const told = hint === null ? '' : `\n${' '.repeat(LEVEL_WIDTH + margin)}${terminalText(hint)}`;
    return `${head}${terminalText(message)}${told}\n`;
  });
  return lines.join('');
}
