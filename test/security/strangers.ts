import { readdir } from 'node:fs/promises';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { HOSTILE_TEXTS } from '../transform/hostile-rows.ts';

/** Stands in every text of a stranger: where it is found, a stranger's text got to. */
export const MARK = 'x5tr4ng3r';

/** Texts that have broken programs, each of them marked, and two that must stay as they are. */
export const STRANGERS: readonly string[] = [
  ...HOSTILE_TEXTS.map((text) => `${text}${MARK}`),
  `half \ud800 a pair\udc00${MARK}`,
  `\u001b]0;owned\u0007${MARK}`,
  '__proto__',
  'constructor',
];

/** As they are stored: half a surrogate pair, which UTF-8 cannot hold, is U+FFFD. */
export const STORED: readonly string[] = STRANGERS.map(stored);

export function stored(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** What a terminal obeys, but for line breaks. */
export const STEERING = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * The nth of as many rows as there are texts: every field holds another text in each of them, so that a column has
 * each text once.
 */
export function rowOfTexts(fields: readonly string[], nth: number): Record<string, string> {
  const entries = fields.map((field, index) => [field, STRANGERS[(nth + index) % STRANGERS.length] ?? '']);
  return Object.fromEntries(entries);
}

/** All paths below a directory, from there on. */
export async function pathsBelow(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

/** Id of the one record of an IP. */
export function onlyRecord({ truth }: Sandbox, monitor: string, ip: string): string {
  const rows = truth().report_records[monitor]?.[ip] ?? [];
  return (rows[0] as { id: string }).id;
}
