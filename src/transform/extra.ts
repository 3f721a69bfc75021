import { type Item, keepExtra, stepTo, tellDrift } from './item.ts';
import { cutText, MAX_DEPTH, nestsDeeperThan, sortedJson } from './json-text.ts';
import { quarantineValue } from './quarantine.ts';

/** Longest name of an unknown field that a drift path shows whole. */
const SHOWN_NAME = 200;

/**
 * Keeps every field of the object that the contract does not know for `extra`, and tells it as drift. What is nested
 * too deep to be written as JSON is quarantined as a value instead.
 */
export function keepUnknownFields(item: Item, known: ReadonlySet<string>): void {
  for (const name of Object.keys(item.fields)) {
    if (!known.has(name)) keepUnknownField(item, name, item.fields[name]);
  }
}

function keepUnknownField(item: Item, name: string, value: unknown): void {
  tellDrift(item, 'field', stepTo(cutText(name, SHOWN_NAME)), value);
  if (nestsDeeperThan(value, MAX_DEPTH)) {
    const reason = `expected JSON of at most ${MAX_DEPTH} levels, got more`;
    quarantineValue(item, stepTo(name), value, { reason, isTypeWrong: false });
  } else keepExtra(item, name, value);
}

/** The `extra` of a row: JSON text, keys sorted; null if there is nothing to keep. Ask last: reading a field can add to it. */
export function extraText({ extra }: Item): string | null {
  return extra === null ? null : sortedJson(extra);
}
