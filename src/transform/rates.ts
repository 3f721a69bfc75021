import { remembered } from '../remembered.ts';
import { badValue, type Reading, wrongType } from './readings.ts';

const PERCENTAGE = 'a percentage from 0 to 100';
const ALIGNED = 'true, false, 0, 1 or 100';

/** Longer texts are no number that anyone means. */
const MAX_CHARACTERS = 100;

/**
 * The vendor's `passed_*`: always a percentage, as a number or as text with or without `%`.
 * Gives the share, 0 to 1, computed as the number divided by 100.
 */
export function readRate(given: unknown): Reading<number> {
  if (typeof given !== 'number' && typeof given !== 'string') return wrongType(PERCENTAGE, given);
  const percent = typeof given === 'number' ? given : percentOf(given);
  return percent >= 0 && percent <= 100 ? percent / 100 + 0 : badValue(PERCENTAGE, given);
}

/** NaN if the text is no number. */
const percentOf = remembered((text) => decimalNumber(withoutPercent(text.trim())));

/** The vendor's `aligned_*`: a boolean, or a number or percentage that says all (100, 1) or nothing (0). */
export function readAligned(given: unknown): Reading<boolean> {
  if (typeof given === 'boolean') return given;
  if (typeof given === 'number') return alignedOf(given) ?? badValue(ALIGNED, given);
  if (typeof given !== 'string') return wrongType(ALIGNED, given);
  return alignedText(given.trim().toLowerCase()) ?? badValue(ALIGNED, given);
}

function alignedText(text: string): boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const bare = withoutPercent(text);
  const number = decimalNumber(bare);
  return number === 1 && bare !== text ? null : alignedOf(number);
}

function alignedOf(number: number): boolean | null {
  if (number === 0) return false;
  return number === 1 || number === 100 ? true : null;
}

function withoutPercent(text: string): string {
  return text.endsWith('%') ? text.slice(0, -1).trimEnd() : text;
}

/** A number in plain decimal writing; NaN for everything else, exponents and `Infinity` included. */
function decimalNumber(text: string): number {
  if (text.length > MAX_CHARACTERS) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}
