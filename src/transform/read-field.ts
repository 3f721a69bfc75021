import { wordForm } from '../text-forms.ts';
import { joinScalars } from './fields.ts';
import { type Item, keepExtra, stepTo, tellDrift } from './item.ts';
import { wellFormed } from './json-text.ts';
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

/** Gives the one form of a text that is kept, whatever its spelling. */
export type TextForm = (text: string) => string;

/**
 * Reads a text in a form; `extra` has what was sent where that is another text. The members of an array of scalars are
 * joined by `, `, and `extra` has the array.
 */
export function readText(item: Item, name: string, form: TextForm): string | null {
  const given = item.fields[name];
  if (typeof given === 'string') return formOf(item, name, given, form);
  if (given === undefined || given === null) return null;
  const joined = Array.isArray(given) ? joinScalars(given, form) : null;
  if (joined === null) quarantineValue(item, stepTo(name), given, wrongType('text', given));
  else keepExtra(item, name, given);
  return joined;
}

/** Reads a text as it was sent; an array of scalars as {@link readText} does. */
export function readSentText(item: Item, name: string): string | null {
  return readText(item, name, asSent);
}

/** Reads a word that is to be one of `known`; another is kept too, and told as drift. */
export function readWord(item: Item, name: string, known: ReadonlySet<string>): string | null {
  const given = item.fields[name];
  if (known.has(given as string)) return given as string;
  const word = readText(item, name, wordForm);
  if (word !== null && word !== '' && !known.has(word)) tellDrift(item, 'enum', stepTo(name), word);
  return word;
}

/**
 * A reader of one field's texts, as {@link readText}: it knows its last text again, for an answer tells the same of one
 * source after another.
 */
export function textReader(name: string, form: TextForm): (item: Item) => string | null {
  let last = '';
  let lastForm = '';
  return (item) => {
    const given = item.fields[name];
    if (given === last && last === lastForm) return last;
    const text = readText(item, name, form);
    if (typeof given === 'string' && text !== null) {
      last = given;
      lastForm = text;
    }
    return text;
  };
}

/** A given text in a form; `extra` has what was sent where that is another text. */
export function formOf(item: Item, name: string, given: string, form: TextForm): string {
  const text = form(given);
  if (text !== given && text !== wellFormed(given)) keepExtra(item, name, given);
  return text;
}

function asSent(text: string): string {
  return text;
}
