import type { Reading } from './readings.ts';

/** Days and times of the contract, without the Date object's own parser. */

const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})(?:(?: (\d{2}):(\d{2}):(\d{2}))|(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})))?$/;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MICROS = 86_400_000_000n;

/** Microseconds since 1970-01-01 UTC of a time stamp in one of the contract's spellings; null = none of them. */
export function microsOf(text: string): bigint | null {
  const parts = MOMENT.exec(text);
  if (parts === null) return null;
  const number = (...groups: number[]) => Number(groups.map((group) => parts[group]).find(Boolean) ?? '0');
  const day = dayNumber(number(1), number(2), number(3));
  const [hour, minute, second] = [number(4, 7), number(5, 8), number(6, 9)];
  const offset = offsetMinutes(parts[11] ?? 'Z');
  if (day === null || offset === null || hour > 23 || minute > 59 || second > 59) return null;
  const fraction = BigInt((parts[10] ?? '').padEnd(6, '0').slice(0, 6));
  const seconds = BigInt(hour * 3600 + (minute - offset) * 60 + second);
  return BigInt(day) * DAY_MICROS + seconds * 1_000_000n + fraction;
}

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Days since 1970-01-01 of a date of the Gregorian calendar (years from 1 on); null = there is no such date. */
export function dayNumber(year: number, month: number, day: number): number | null {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 && leap ? 29 : MONTH_DAYS[month - 1];
  if (length === undefined || year < 1 || day < 1 || day > length) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const monthsBefore = MONTH_DAYS.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  const daysFromYear1 = before * 365 + leapDays + monthsBefore + (leap && month > 2 ? 1 : 0) + day - 1;
  return daysFromYear1 - 719_162;
}

/** Days since 1970-01-01 of `YYYY-MM-DD`. Throws a RangeError for anything else. */
export function dayOfText(text: string): number {
  const [year, month, day] = text.split('-').map(Number);
  const number = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayNumber(year ?? 0, month ?? 0, day ?? 0) : null;
  if (number === null) throw new RangeError(`oracle: no day: ${text}`);
  return number;
}

/** `YYYY-MM-DD` of days since 1970-01-01. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The UTC day, since 1970-01-01, of microseconds since then. */
export function dayOfMicros(micros: bigint): number {
  const day = micros / DAY_MICROS;
  return Number(micros < 0n && micros % DAY_MICROS !== 0n ? day - 1n : day);
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ` of microseconds since 1970-01-01. */
export function momentText(micros: bigint): string {
  const day = dayOfMicros(micros);
  const rest = micros - BigInt(day) * DAY_MICROS;
  const clock = Number(rest / 1_000_000n);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(rest % 1_000_000n).padStart(6, '0');
  return `${dayText(day)}T${two(clock / 3600)}:${two((clock / 60) % 60)}:${two(clock % 60)}.${fraction}Z`;
}

/** A TIMESTAMPTZ column. */
export function readMoment(raw: unknown): Reading<string> {
  if (raw === undefined || raw === null) return { value: null, readable: true };
  const micros = typeof raw === 'string' ? microsOf(raw) : null;
  return micros === null ? { value: null, readable: false } : { value: momentText(micros), readable: true };
}

/** Day and moment of a record. */
export interface RecordDay {
  readonly created_at: string;
  readonly report_date: string;
  readonly report_day: number;
}

const FIRST_DAY = dayOfText('2012-01-01');

/** The day of a record received on `receiptDay`; null = unreadable, or before 2012 or over two days ahead. */
export function readRecordDay(raw: unknown, receiptDay: string): RecordDay | null {
  const micros = typeof raw === 'string' ? microsOf(raw) : null;
  if (micros === null) return null;
  const day = dayOfMicros(micros);
  if (day < FIRST_DAY || day > dayOfText(receiptDay) + 2) return null;
  return { created_at: momentText(micros), report_date: dayText(day), report_day: day };
}
