import { type Item, keepExtra, stepTo, tellDrift } from './item.ts';
import { cutText, MAX_DEPTH, nestsDeeperThan, sortedJson } from './json-text.ts';
import { quarantineValue } from './quarantine.ts';

/** Longest name of an unknown field that a drift path shows whole. */
const SHOWN_NAME = 200;

/** The fields of an object that the contract knows. */
export class KnownFields {
  readonly #names: ReadonlySet<string>;
  /** Names of the last object that had no other, in its order: those of the next one are mostly the same. */
  #last: readonly string[] = [];

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  /** Those of an object's own names that are none of them. */
  unknownOf(names: readonly string[]): readonly string[] {
    if (isSameList(names, this.#last)) return [];
    const unknown = names.filter((name) => !this.#names.has(name));
    if (unknown.length === 0) this.#last = names;
    return unknown;
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/**
 * Keeps every field of the object that the contract does not know for `extra`, and tells it as drift. What is nested
 * too deep to be written as JSON is quarantined as a value instead.
 */
export function keepUnknownFields(item: Item, known: KnownFields): void {
  for (const name of known.unknownOf(Object.keys(item.fields)))
    keepUnknownField(item, name, item.fields[name]);
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
