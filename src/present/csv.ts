import { jsonText } from './json.ts';
import type { PlainValue } from './plain-value.ts';

/** What a spreadsheet takes for the start of a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * One record of RFC 4180, with its CRLF. NULL is an empty field, an empty text is `""`. A text that a spreadsheet
 * would compute begins with `'` instead; numbers are left alone. A lone surrogate becomes U+FFFD.
 */
export function csvLine(cells: readonly PlainValue[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

function csvField(value: PlainValue): string {
  if (value === null) return '';
  if (typeof value === 'object') return quoted(jsonText(value));
  if (typeof value !== 'string') return String(value);
  return quoted((FORMULA.test(value) ? `'${value}` : value).replaceAll(/\p{Cs}/gu, '\ufffd'));
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
