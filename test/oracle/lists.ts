import { isObject } from './readings.ts';

/** What stands in a list, also in one that came as an object numbered through; null = it is no list. */
export function membersOf(raw: unknown): readonly unknown[] | null {
  if (Array.isArray(raw)) return raw;
  if (!isObject(raw)) return null;
  const numbered = new Map(Object.entries(raw).map(([name, member]) => [name, member as unknown]));
  const names = [...numbered.keys()];
  if (names.some((name) => name === '' || /\D/.test(name))) return null;
  return names.sort((a, b) => Number(a) - Number(b)).map((name) => numbered.get(name));
}

/** The same, where an object of another kind is a list of one. */
export function membersOrOne(raw: unknown): readonly unknown[] | null {
  return membersOf(raw) ?? (isObject(raw) ? [raw] : null);
}

/** Whether none of an object's fields but those named says anything. */
export function isMute(fields: object, except: readonly string[] = []): boolean {
  return Object.entries(fields).every(([name, value]) => value === null || except.includes(name));
}
