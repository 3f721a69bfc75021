const WHOLE_NUMBER = /^\d+$/;

/**
 * A list in either of the two forms JSON has for it: an array as it is, or an object whose keys are all whole numbers,
 * as PHP writes an array with gaps, in their order (`{}` is the empty list). Null if the value is neither.
 */
export function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  if (!entries.every(([key]) => WHOLE_NUMBER.test(key))) return null;
  return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, item]) => item);
}
