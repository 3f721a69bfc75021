/** A number that JavaScript cannot hold, kept by its digits. */
export interface RawNumber {
  readonly rawNumber: string;
  toJSON(): string;
}

const MARK = 'sandbox-raw-number:';

/** A value that `encode` writes as these very digits. */
export function rawNumber(digits: string): RawNumber {
  return { rawNumber: digits, toJSON: () => MARK + digits };
}

/** JSON text of a value; raw numbers as their digits. */
export function encode(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes(MARK) ? text.replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1') : text;
}

/** The value as a reader of its JSON text sees it (a raw number becomes the nearest number). */
export function asRead(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(encode(value));
}
