import { ConfigurationError } from '../errors.ts';
import { asGiven } from '../option-values.ts';

/** The one flag of all thresholds. */
export const THRESHOLD_FLAG = {
  type: 'string',
  requiresArg: true,
  describe: 'NAME=VALUE of a threshold of the views; repeatable; `dmarc-etl config` lists them',
  array: true,
  read: asGiven<readonly string[]>,
} as const;

/** `window_days=30` as name and number. Throws ConfigurationError for what is none. */
export function parseThreshold(text: string): readonly [name: string, value: number] {
  const [, name, digits] = /^(\w+)=(-?\d+(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  if (name === undefined) {
    throw new ConfigurationError(`--threshold takes a name and a number such as window_days=30, not ${text}`);
  }
  return [name, Number(digits)];
}

/** The thresholds that a flag names; the last one counts where one is named twice. */
export function thresholdsOf(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(texts.map(parseThreshold));
}
