import { storable } from './readings.ts';

/**
 * Compact JSON text with the keys of every object sorted by their UTF-16 code units. A surrogate without its pair
 * becomes U+FFFD: escaped, many a reader would refuse the text.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return scalarJson(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${members.map(([key, member]) => `${scalarJson(key)}:${canonicalJson(member)}`).join(',')}}`;
}

function scalarJson(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? storable(value) : value);
}
