/** What a hash is taken of. */
export type Part = string | number;

/** A stream of numbers in [0, 1). */
export type Random = () => number;

/** 32 bits that depend on every part and on their order (FNV-1a over the parts, murmur3's finish). */
export function hash(...parts: Part[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) h = mixPart(h, part);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mixPart(start: number, part: Part): number {
  let h = start;
  if (typeof part === 'number') h = Math.imul(h ^ (part | 0), 0x01000193);
  else for (let i = 0; i < part.length; i += 1) h = Math.imul(h ^ part.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ 0x9e3779b9) | 0;
}

/** A number in [0, 1) that depends on the parts alone. */
export function unit(...parts: Part[]): number {
  return hash(...parts) / 0x1_0000_0000;
}

/** A stream that depends on the parts alone (mulberry32). */
export function stream(...parts: Part[]): Random {
  let state = hash(...parts);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** One of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** `length` hexadecimal digits that depend on the parts alone. */
export function hexDigits(length: number, ...parts: Part[]): string {
  let digits = '';
  for (let i = 0; digits.length < length; i += 1) {
    digits += hash(i, ...parts)
      .toString(16)
      .padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** An id as MailerSend's: 16 lower-case letters and digits that depend on the parts alone. */
export function publicId(...parts: Part[]): string {
  const random = stream('id', ...parts);
  const alphabet = [...'0123456789abcdefghijklmnopqrstuvwxyz'];
  return Array.from({ length: 16 }, () => pick(random, alphabet)).join('');
}
