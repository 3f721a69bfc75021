import type { Cell } from './row.ts';

/**
 * What the contract makes of a value as the API sent it. Written from CONTRACT.md's words alone, so that a mistake of
 * the pipeline is not repeated here.
 */

/** Types of JSON values other than null. */
export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** The type of a JSON value; null for null and for an absent one. */
export function jsonTypeOf(raw: unknown): JsonType | null {
  if (raw === undefined || raw === null) return null;
  if (Array.isArray(raw)) return 'array';
  return typeof raw as JsonType;
}

/** The value of a cell; not readable = it is NULL and the value goes to quarantine. */
export interface Reading<T extends Cell = Cell> {
  readonly value: T | null;
  readonly readable: boolean;
  /** What was sent, where the cell has it in another spelling or joined; it also stands in `extra`. */
  readonly original?: unknown;
}

const NOTHING = { value: null, readable: true } as const;
const UNREADABLE = { value: null, readable: false } as const;

/** Text as Unicode can store it: a surrogate without its pair becomes U+FFFD. */
export function storable(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** Whether a value is a JSON object. */
export function isObject(raw: unknown): raw is object {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** A text column in the spelling given; an array of scalars joined by `, ` without its nulls. */
export function readText(raw: unknown, spell: (sent: string) => string): Reading<string> {
  if (raw === undefined || raw === null) return NOTHING;
  if (typeof raw === 'string') {
    const value = spell(raw);
    const isSame = value === storable(raw);
    return { value, readable: true, ...(isSame ? {} : { original: raw }) };
  }
  if (!Array.isArray(raw)) return UNREADABLE;
  const members: unknown[] = raw;
  if (members.some((member) => typeof member === 'object' && member !== null)) return UNREADABLE;
  const said = members.filter((member) => member !== null).map((member) => spell(String(member)));
  return { value: said.join(', '), readable: true, original: members };
}

/** Percent as number or text with an optional `%`, divided by 100. */
export function readRate(raw: unknown): Reading<number> {
  if (raw === undefined || raw === null) return NOTHING;
  const percent = typeof raw === 'string' ? percentOf(raw) : raw;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) return UNREADABLE;
  return { value: percent / 100, readable: true };
}

function percentOf(text: string): number {
  const digits = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*%?\s*$/.exec(text)?.[1];
  return digits === undefined ? Number.NaN : Number.parseFloat(digits);
}

const ALIGNED = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  [100, true],
  [false, false],
  [0, false],
  ['true', true],
  ['1', true],
  ['100', true],
  ['100%', true],
  ['false', false],
  ['0', false],
  ['0%', false],
]);

/** Whether a verdict was aligned: true, false, 0, 1, 100, or the same as text; 1 % is neither. */
export function readAligned(raw: unknown): Reading<boolean> {
  if (raw === undefined || raw === null) return NOTHING;
  const value = ALIGNED.get(
    typeof raw === 'string' ? raw.toLowerCase().replaceAll(/^\s+|\s+$|\s+(?=%)/g, '') : raw,
  );
  return value === undefined ? UNREADABLE : { value, readable: true };
}

const FLAGS = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
]);

/** A BOOLEAN column: true, false, 0, 1 or the same as text. */
export function readFlag(raw: unknown): Reading<boolean> {
  if (raw === undefined || raw === null) return NOTHING;
  const value = FLAGS.get(raw);
  return value === undefined ? UNREADABLE : { value, readable: true };
}

const LARGEST_COUNT = 2n ** 53n - 1n;

/** A whole number from 0 to 2^53 - 1, also as decimal text, with zeros for a fraction if any. */
export function readCount(raw: unknown): Reading<bigint> {
  if (raw === undefined || raw === null) return NOTHING;
  const count = countOf(raw);
  return count === null || count > LARGEST_COUNT ? UNREADABLE : { value: count, readable: true };
}

function countOf(raw: unknown): bigint | null {
  if (typeof raw === 'string') {
    const [whole = '', fraction = '0', ...more] = raw.split('.');
    return /^\d+$/.test(whole) && /^0+$/.test(fraction) && more.length === 0 ? BigInt(whole) : null;
  }
  return typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 ? BigInt(raw) : null;
}

/** An id of a monitor or record: text that is not empty, or a whole number as its text. Null = there is none. */
export function readId(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? storable(raw) : null;
}

/** A key whose null is stored as `''`. Null = the row has no readable key. */
export function readKeyText(raw: unknown): string | null {
  if (raw === undefined || raw === null) return '';
  return typeof raw === 'string' ? storable(raw) : null;
}
