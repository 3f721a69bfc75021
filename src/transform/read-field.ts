import { isKnown } from './enumerations.ts';
import { joinScalars } from './fields.ts';
import { type Item, keepExtra, stepTo, tellDrift } from './item.ts';
import { quarantineValue } from './quarantine.ts';
import { isUnreadable, type Reader, wrongType } from './readings.ts';

/** Reads a field: null where it is absent, null, or unreadable; what is unreadable is quarantined as a value. */
export function readField<T extends string | number | bigint | boolean>(
  item: Item,
  name: string,
  reader: Reader<T>,
): T | null {
  const given = item.fields[name];
  if (given === undefined || given === null) return null;
  const reading = reader(given);
  if (!isUnreadable(reading)) return reading;
  quarantineValue(item, stepTo(name), given, reading);
  return null;
}

/** Reads a text as it was sent. An array of scalars is joined, and kept in `extra` as it was. */
export function readText(item: Item, name: string): string | null {
  const given = item.fields[name];
  if (typeof given === 'string') return given;
  if (given === undefined || given === null) return null;
  const joined = Array.isArray(given) ? joinScalars(given) : null;
  if (joined === null) quarantineValue(item, stepTo(name), given, wrongType('text', given));
  else keepExtra(item, name, given);
  return joined;
}

/** Reads a text that is to be one of `known`, or several of them; another is kept, and told as drift. */
export function readEnumeration(
  item: Item,
  name: string,
  known: ReadonlySet<string>,
  isAllKnown: (text: string | null, known: ReadonlySet<string>) => boolean = isKnown,
): string | null {
  const text = readText(item, name);
  if (!isAllKnown(text, known)) tellDrift(item, 'enum', stepTo(name), text);
  return text;
}
