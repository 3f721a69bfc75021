import type { OptionValue } from './rows.ts';

/** A value and the name under which it was given, for people. */
export interface Given {
  readonly value: OptionValue;
  readonly where: string;
}

/** What one source gives: row → value. */
export type GivenValues = ReadonlyMap<string, Given>;
