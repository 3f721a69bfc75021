import { cutText, jsonText } from './json-text.ts';

/**
 * A JSON object of an answer. Only its own properties are data. The fields of the contract have names that no object
 * inherits, so that staging reads them plainly, which costs less than {@link ownValue}.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a given value is not what the contract says. */
export interface Unreadable {
  /** What was expected and what was got, one short English phrase. */
  readonly reason: string;
  /** Whether already the JSON type was wrong, which is drift of the API. */
  readonly isTypeWrong: boolean;
}

/** What a reader makes of a given value. */
export type Reading<T extends string | number | bigint | boolean> = T | Unreadable;

/** Reads a value that is there: never called with null or undefined, never throws. */
export type Reader<T extends string | number | bigint | boolean> = (given: unknown) => Reading<T>;

const SHOWN_CHARACTERS = 40;

/** The value has a JSON type that the contract does not allow. */
export function wrongType(expected: string, given: unknown): Unreadable {
  return { reason: `expected ${expected}, got ${jsonType(given)}`, isTypeWrong: true };
}

/** The value's type is right, the value is not. */
export function badValue(expected: string, given: unknown): Unreadable {
  const shown = cutText(jsonText(given) ?? '', SHOWN_CHARACTERS);
  return { reason: `expected ${expected}, got ${shown}`, isTypeWrong: false };
}

/** The value is not there, but must be. */
export function missing(expected: string): Unreadable {
  return { reason: `expected ${expected}, got nothing`, isTypeWrong: false };
}

export function isUnreadable(reading: unknown): reading is Unreadable {
  return typeof reading === 'object' && reading !== null;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own property; undefined if there is none, whatever the prototype has. */
export function ownValue(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The value of a field, or null where it is absent, null or unreadable; for who asks no more than that. */
export function readOrNull<T extends string | number | bigint | boolean>(
  fields: Fields,
  name: string,
  reader: Reader<T>,
): T | null {
  const given = ownValue(fields, name);
  if (given === undefined || given === null) return null;
  const reading = reader(given);
  return isUnreadable(reading) ? null : reading;
}

function jsonType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
