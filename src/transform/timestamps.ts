import { remembered } from '../remembered.ts';
import { badValue, type Reading, wrongType } from './readings.ts';

const TIMESTAMP = 'an ISO 8601 time stamp';
const SECONDS_A_DAY = 86_400;
const MICROS_A_DAY = 86_400_000_000n;

/** Days from 1970-01-01 to 0001-01-01 and to 9999-12-31. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):?(\d{2}))?)?$/i;

/**
 * A time stamp as microseconds since 1970-01-01 UTC: ISO 8601 with any number of fraction digits (those below a
 * microsecond are cut off), `Z` or an offset; without either, and for a bare date, UTC. Only real days of the years
 * 0001 to 9999.
 */
export function readTimestamp(given: unknown): Reading<bigint> {
  if (typeof given !== 'string') return wrongType(TIMESTAMP, given);
  return parseTimestamp(given) ?? badValue(TIMESTAMP, given);
}

/** The same of a text; null if it is none. */
export const parseTimestamp = remembered((text): bigint | null => {
  const parts = ISO.exec(text.trim());
  if (parts === null) return null;
  const day = calendarDay(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  const second = secondOfDay(parts[4], parts[5], parts[6]);
  const offset = secondOfDay(parts[9], parts[10], '0');
  if (day === null || second === null || offset === null) return null;
  const utcSecond = day * SECONDS_A_DAY + second - (parts[8] === '-' ? -offset : offset);
  const utcDay = Math.floor(utcSecond / SECONDS_A_DAY);
  if (utcDay < FIRST_DAY || utcDay > LAST_DAY) return null;
  return BigInt(utcSecond) * 1_000_000n + BigInt(microsecond(parts[7]));
});

/** UTC day of a time stamp, as days since 1970-01-01. */
export function dayOf(micros: bigint): number {
  const day = Number(micros / MICROS_A_DAY);
  return micros % MICROS_A_DAY < 0n ? day - 1 : day;
}

/** UTC day of a date or time stamp, as days since 1970-01-01; null if the text is none. */
export function parseDay(text: string): number | null {
  const micros = parseTimestamp(text);
  return micros === null ? null : dayOf(micros);
}

/** Days since 1970-01-01 of a day of the proleptic Gregorian calendar; null if there is no such day. */
function calendarDay(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + dayOfYear - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function secondOfDay(hour = '0', minute = '0', second = '0'): number | null {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  return h > 23 || m > 59 || s > 59 ? null : h * 3600 + m * 60 + s;
}

function microsecond(fraction = ''): number {
  return Number(fraction.slice(0, 6).padEnd(6, '0'));
}
