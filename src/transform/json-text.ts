import { remembered } from '../remembered.ts';

/** Deepest nesting that is written out; hostile JSON can nest millions of levels, which no recursion survives. */
export const MAX_DEPTH = 100;

const LONE_SURROGATES = /\p{Surrogate}/gu;
/** Most texts have none, which is found out faster without the flag. */
const SURROGATE = /[\uD800-\uDFFF]/;

/** `text` with every lone surrogate, which UTF-8 cannot hold, as U+FFFD. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(LONE_SURROGATES, '\uFFFD') : text;
}

/** JSON text of a value of an answer, fields in their order; null for undefined. Never throws. */
export function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return JSON.stringify(`JSON nested too deep to be shown (more than ${MAX_DEPTH} levels)`);
  }
}

/** Whether arrays and objects stand more than `levels` deep in each other. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => nestsDeeperThan(member, levels - 1));
}

const quoted = remembered((text) => JSON.stringify(wellFormed(text)));

/**
 * JSON text with the keys of every object sorted by code unit and lone surrogates as U+FFFD, so that equal values give
 * equal texts that every JSON parser takes. A Map is written as an object. The caller has bounded the depth.
 */
export function sortedJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (value instanceof Map && value.size === 1) {
    for (const [name, member] of value) return `{${sortedJson(name)}:${sortedJson(member)}}`;
  }
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, member]) => `${sortedJson(name)}:${sortedJson(member)}`).join(',')}}`;
}

/** The first `characters` UTF-16 units of `text`, never half a character. */
export function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const last = text.charCodeAt(characters - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? characters - 1 : characters);
}

/** The longest beginning of `text` that takes at most `bytes` bytes of UTF-8. */
export function cutBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return read === text.length ? text : text.slice(0, read);
}
