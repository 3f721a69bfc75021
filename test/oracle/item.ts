import { canonicalJson } from './canonical-json.ts';
import { readMoment } from './moments.ts';
import { isObject, type JsonType, jsonTypeOf, type Reading, readText } from './readings.ts';
import type { Cell } from './row.ts';
import { asSent, type Spelling } from './spellings.ts';

/** A value or row that goes to quarantine; the path without array positions, `''` for a whole row. */
export interface Finding {
  readonly stream: string;
  readonly level: 'row' | 'value';
  readonly path: string;
}

/** An unknown field, word or type. */
export interface Novelty {
  readonly stream: string;
  readonly path: string;
  readonly kind: 'field' | 'enum' | 'type';
}

/** What was found in the answers of a run besides rows. */
export interface Findings {
  readonly quarantine: Finding[];
  readonly novelties: Novelty[];
}

/** No findings. */
export function noFindings(): Findings {
  return { quarantine: [], novelties: [] };
}

/** An object of an answer while its fields are read; whatever is never taken is unknown. */
export class Item {
  readonly stream: string;
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #prefix: string;
  readonly #taken = new Set<string>();
  readonly #kept = new Map<string, unknown>();
  readonly findings: Findings = noFindings();
  /** What is told of a row that is quarantined whole for a key of a wrong type. */
  readonly mistypedKeys: Novelty[] = [];

  constructor(stream: string, fields: object, prefix = '') {
    this.stream = stream;
    this.#fields = new Map(Object.entries(fields));
    this.#prefix = prefix;
  }

  /** A field's value as sent; undefined = absent. */
  take(name: string): unknown {
    this.#taken.add(name);
    return this.#fields.get(name);
  }

  /**
   * A field that a row cannot be without. Null = unreadable; a value of none of these types is remembered for
   * `mistypedKeys`.
   */
  key<T>(name: string, types: readonly JsonType[], reader: (raw: unknown) => T | null): T | null {
    const raw = this.take(name);
    const value = reader(raw);
    if (value === null && isMistyped(raw, types)) {
      this.mistypedKeys.push({ stream: this.stream, path: this.#prefix + name, kind: 'type' });
    }
    return value;
  }

  /** A field's cell; an unreadable one becomes NULL and a finding, and one of none of these types a novelty. */
  read<T extends Cell>(
    name: string,
    types: readonly JsonType[],
    reader: (raw: unknown) => Reading<T>,
  ): T | null {
    const raw = this.take(name);
    const { value, readable, original } = reader(raw);
    if (!readable) this.quarantine(name);
    if (!readable && isMistyped(raw, types)) this.note(name, 'type');
    if (original !== undefined) this.#kept.set(name, original);
    return value;
  }

  /** A text column in a spelling: whatever is unreadable is so for its type. */
  text(name: string, spelling: Spelling = asSent): string | null {
    return this.read(name, ['string'], (raw) => readText(raw, spelling));
  }

  moment(name: string): string | null {
    return this.read(name, ['string'], readMoment);
  }

  /** Sets a field's value aside. */
  quarantine(name: string): void {
    this.findings.quarantine.push({ stream: this.stream, level: 'value', path: this.#prefix + name });
  }

  /** Notes that something unknown was seen in a field. */
  note(name: string, kind: Novelty['kind']): void {
    this.findings.novelties.push({ stream: this.stream, path: this.#prefix + name, kind });
  }

  /** An object in a field, to be read as part of this item. Null = absent, null or (a finding) no object. */
  nested(name: string): Item | null {
    const raw = this.take(name);
    if (raw === undefined || raw === null) return null;
    if (isObject(raw)) return new Item(this.stream, raw, `${this.#prefix}${name}.`);
    this.quarantine(name);
    this.note(name, 'type');
    return null;
  }

  /** Takes over what was found in a part of this item. Call when the part is read. */
  absorb(part: Item): void {
    this.findings.quarantine.push(...part.findings.quarantine);
    this.findings.novelties.push(...part.findings.novelties);
  }

  /** Keeps something for `extra` under a field's name. */
  keep(name: string, value: unknown): void {
    this.#kept.set(name, value);
  }

  /** Fields that were never taken, and what was joined or spelled anew; null = none. Call once, when all is read. */
  unknown(): Record<string, unknown> | null {
    const strange = [...this.#fields].filter(([name]) => !this.#taken.has(name));
    for (const [name] of strange) this.note(name, 'field');
    const all = [...strange, ...this.#kept];
    return all.length === 0 ? null : Object.fromEntries(all);
  }

  /** The column `extra`. Call once, when all is read. */
  extra(): string | null {
    const unknown = this.unknown();
    return unknown === null ? null : canonicalJson(unknown);
  }
}

/** Whether a value has a type that its field never has; nothing has none. */
export function isMistyped(raw: unknown, types: readonly JsonType[]): boolean {
  const type = jsonTypeOf(raw);
  return type !== null && !types.includes(type);
}

/**
 * Reads an item of an answer. `make` returns null for a row that cannot be kept: then its other findings are dropped
 * and the row is quarantined whole. A type drift tells of values of a type that their field never has.
 */
export function readItem<T>(
  stream: string,
  raw: unknown,
  findings: Findings,
  make: (item: Item) => T | null,
): T | null {
  const item = isObject(raw) ? new Item(stream, raw) : null;
  const made = item === null ? null : make(item);
  if (item === null || made === null) {
    findings.quarantine.push({ stream, level: 'row', path: '' });
    findings.novelties.push(...(item?.mistypedKeys ?? [{ stream, path: '', kind: 'type' as const }]));
    return null;
  }
  findings.quarantine.push(...item.findings.quarantine);
  findings.novelties.push(...item.findings.novelties);
  return made;
}
