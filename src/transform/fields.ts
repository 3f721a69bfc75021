import { wellFormed } from './json-text.ts';
import { badValue, missing, type Reading, wrongType } from './readings.ts';

const ID = 'a non-empty text or an integer';

/**
 * An id: a non-empty text, or an integer as its text. Integers past 2^53 - 1 are refused, because two of them can have
 * become one when the answer was parsed. Lone surrogates are U+FFFD already here, so that keys compare as they are stored.
 */
export function readId(value: unknown): Reading<string> {
  if (typeof value === 'string') return value === '' ? badValue(ID, value) : wellFormed(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : badValue(ID, value);
  return value === undefined || value === null ? missing(ID) : wrongType(ID, value);
}

/** A key that can be empty: a text as it is, `''` where it is absent or null. Lone surrogates as in {@link readId}. */
export function readTextKey(value: unknown): Reading<string> {
  if (typeof value === 'string') return wellFormed(value);
  return value === undefined || value === null ? '' : wrongType('text', value);
}

/** Scalars, each in a form, joined by `, `, nulls left out; null if a member is an array or an object. */
export function joinScalars(members: readonly unknown[], form: (text: string) => string): string | null {
  const present = members.filter((member) => member !== null);
  if (present.some((member) => typeof member === 'object')) return null;
  return present.map((member) => form(String(member))).join(', ');
}

const BOOLEAN = 'true, false, 0 or 1';

const BOOLEAN_TEXTS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** true and false, also as 1 and 0 and as text in any case. */
export function readBoolean(given: unknown): Reading<boolean> {
  if (typeof given === 'boolean') return given;
  if (typeof given !== 'number' && typeof given !== 'string') return wrongType(BOOLEAN, given);
  return BOOLEAN_TEXTS.get(String(given).trim().toLowerCase()) ?? badValue(BOOLEAN, given);
}

const COUNT = 'an integer from 0 to 2^53 - 1';

/** A number of messages or reports: an integer from 0 to 2^53 - 1, also as decimal text (`12` or `12.0`). */
export function readCount(given: unknown): Reading<number> {
  if (typeof given !== 'number' && typeof given !== 'string') return wrongType(COUNT, given);
  const count = typeof given === 'number' ? given : decimalInteger(given.trim());
  return Number.isSafeInteger(count) && count >= 0 ? count + 0 : badValue(COUNT, given);
}

function decimalInteger(text: string): number {
  return /^\d+(?:\.0+)?$/.test(text) ? Number(text) : Number.NaN;
}
