import { ConfigurationError } from './errors.ts';

/** What of the day's quota is left alone: a share of it (0 to 1), or a number of requests. */
export type QuotaReserveOption = { readonly share: number } | { readonly requests: number };

/**
 * Reads an option's value as it is given into the one that the program works with. Throws ConfigurationError with the
 * name under which it was given.
 */
export type ReadValue<V, R> = (value: V, name: string) => R;

/** As it is given. */
export function asGiven<V>(value: V): V {
  return value;
}

/** A whole number within bounds, both inclusive. */
export function wholeNumber(least: number, most: number): ReadValue<number, number> {
  return (value, name) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new ConfigurationError(`${name} takes a whole number from ${least} to ${most}, not ${value}`);
  };
}

/** A number within bounds, both inclusive. */
export function numberWithin(least: number, most: number): ReadValue<number, number> {
  return (value, name) => {
    if (value >= least && value <= most) return value;
    throw new ConfigurationError(`${name} takes a number from ${least} to ${most}, not ${value}`);
  };
}

/** A share, 0 to 1, from `0.02` or `2%`. */
export function readShare(text: string, name: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new ConfigurationError(`${name} takes a share such as 2% or 0.02, not ${text}`);
}

/** `20%`, or a number of requests. */
export function readQuotaReserve(text: string, name: string): QuotaReserveOption {
  if (/^\d+$/.test(text.trim())) return { requests: Number(text) };
  return { share: readShare(text, name) };
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `45m`, `2h`, `1h30m`. */
export function readDuration(text: string, name: string): number {
  const parts = [...text.trim().matchAll(/(\d+)([smh])/g)];
  const ms = parts.reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (DURATION_UNITS_MS[unit ?? ''] ?? 0),
    0,
  );
  if (ms > 0 && parts.map(([part]) => part).join('') === text.trim()) return ms;
  throw new ConfigurationError(`${name} takes a duration such as 90s, 45m or 2h, not ${text}`);
}

const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes of `256MB`, `1.5GB`, `512MiB` or `1G`. */
export function readSize(text: string, name: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]i?)b?$/.exec(text.trim().toLowerCase()) ?? [];
  const bytes = Math.round(Number(digits) * (SIZE_UNITS_BYTES[unit] ?? 0));
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new ConfigurationError(`${name} takes a size such as 256MB or 1GB, not ${text}`);
}

/** A day, `YYYY-MM-DD`. */
export function readDay(text: string, name: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text))
    return text;
  throw new ConfigurationError(`${name} takes a day such as 2025-11-05, not ${text}`);
}

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): ReadValue<string, W> {
  return (text, name) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new ConfigurationError(`${name} takes one of ${words.join(', ')}, not ${text}`);
  };
}

/** An address to tell something to: http or https, without a user and password. Not repeated in an error. */
export function readPingUrl(text: string, name: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(`${name} takes a URL such as https://hc-ping.com/your-uuid`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(`${name} takes a URL without a user and password`);
  }
  return url.href;
}
