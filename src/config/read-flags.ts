import { ConfigurationError } from '../errors.ts';
import { nearest } from '../present/nearest.ts';
import type { Given, GivenValues } from './given.ts';
import { type OptionValue, ROWS, thresholdRow } from './rows.ts';
import { parseThreshold } from './threshold-flag.ts';

/** What the flags give; an absent one is undefined. Throws ConfigurationError for a threshold that there is not. */
export function readFlags(flags: Readonly<Record<string, unknown>>): GivenValues {
  const given = new Map<string, Given>();
  for (const { name, flag } of ROWS) {
    const value = flags[name];
    if (value !== undefined) given.set(name, { value: value as OptionValue, where: flag });
  }
  const thresholds = (flags.threshold ?? []) as readonly string[];
  for (const [name, value] of thresholds.map(parseThreshold)) {
    const row = thresholdRow(name);
    if (!ROWS.some((known) => known.name === row)) throw unknownThreshold(name);
    given.set(row, { value, where: `--threshold ${name}` });
  }
  return given;
}

function unknownThreshold(name: string): ConfigurationError {
  const names = ROWS.filter((row) => row.path.length > 1).map((row) => row.path.at(-1) ?? '');
  const best = nearest(name, names);
  return new ConfigurationError(`there is no threshold ${name}`, {
    hint: best === null ? `There are ${names.join(', ')}.` : `Did you mean ${best}?`,
  });
}
