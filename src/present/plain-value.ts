/** A cell as JSON can hold it, but for a bigint. */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

const MICROS_A_SECOND = 1_000_000n;

/**
 * A cell of a query's result in plain form. `type` is the column's SQL type. Dates become `YYYY-MM-DD`, points in
 * time ISO 8601 in UTC, to the microsecond; other values of the database's own classes become their text.
 */
export function plainValue(value: unknown, type = ''): PlainValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'string') return value;
  if (value instanceof Date)
    return type === 'DATE' ? value.toISOString().slice(0, 10) : isoTime(microsOf(value));
  if (Array.isArray(value)) return value.map((item) => plainValue(item));
  if (isTimestamp(value, type)) return isoTime(value.micros);
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainValue(item)]));
  }
  return String(value);
}

/** `2026-01-31T23:59:59Z`, with six decimals if there is a fraction. */
function isoTime(micros: bigint): string {
  const fraction = ((micros % MICROS_A_SECOND) + MICROS_A_SECOND) % MICROS_A_SECOND;
  const seconds = new Date(Number((micros - fraction) / 1_000n)).toISOString().slice(0, -5);
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

function microsOf(date: Date): bigint {
  return BigInt(date.getTime()) * 1_000n;
}

function isTimestamp(value: object, type: string): value is { micros: bigint } {
  return type.startsWith('TIMESTAMP') && 'micros' in value && typeof value.micros === 'bigint';
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
