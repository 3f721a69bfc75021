const WHOLE_NUMBER = /^\d+$/;

/**
 * The members of a JSON list, also of one that came as an object with numbers for names, as PHP writes an array with
 * gaps: arrays as they are, objects whose own keys are all whole numbers in numeric order (an empty object is an empty
 * list). Null for everything else.
 */
export function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  if (!entries.every(([name]) => WHOLE_NUMBER.test(name))) return null;
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => member);
}
