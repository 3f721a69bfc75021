import { hash, unit } from './random.ts';

/** Ways in which an answer goes wrong that chance may choose. */
export const CHANCE_FAULTS = [
  '500',
  '502',
  '503',
  '504',
  '408',
  '421',
  'reset',
  'torn',
  'truncated-json',
  'slow',
  'empty',
  'html',
  'html-503',
  '429-minute',
  '429-minute-bare',
  'gzip',
  'not-utf8',
] as const;

/** Ways that only a test asks for by name: the day's quota, and a body without an end. */
export const NAMED_FAULTS = ['429-quota', '429-quota-bare', 'too-big'] as const;

/** `-bare` = without retry-after, rate and quota headers. */
export type FaultKind = (typeof CHANCE_FAULTS)[number] | (typeof NAMED_FAULTS)[number];

/** An answer made up by a test; it is served instead of the real one. */
export interface MadeUpFault {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Leaves out the rate and quota headers. */
  bare?: boolean;
}

export type Fault = FaultKind | MadeUpFault;

/** Faults by chance: which share of the answers, and of which kinds (all of CHANCE_FAULTS by default). */
export interface Faults {
  share: number;
  kinds?: readonly FaultKind[];
  /** The account's seed by default. */
  seed?: number;
}

/** A request as a fault may depend on it; `timesAsked` = how often method and URL were asked and answered before. */
export interface FaultInfo {
  method: string;
  /** Path from /v1 on, not decoded. */
  path: string;
  query: URLSearchParams;
  timesAsked: number;
}

/** Chooses faults in the same process; null = none. */
export type FaultAt = (info: FaultInfo) => Fault | null;

/** Longest run of faults by chance on one URL. */
export const LONGEST_RUN = 3;

/**
 * The fault of a URL (with its method) asked for the nth time (from 0): a function of seed, URL and n alone, whatever
 * else was asked before. After LONGEST_RUN faults in a row comes an answer without.
 */
export function faultByChance(faults: Faults, seed: number, url: string, n: number): FaultKind | null {
  const kinds = faults.kinds ?? CHANCE_FAULTS;
  if (kinds.length === 0 || faults.share <= 0) return null;
  const seeded = [faults.seed ?? seed, 'fault', url];
  const drawn = (time: number) => unit(...seeded, time) < faults.share;
  let before = 0;
  while (before < n && drawn(n - 1 - before)) before += 1;
  const pause = before % (LONGEST_RUN + 1) === LONGEST_RUN;
  if (pause || !drawn(n)) return null;
  return kinds[hash('kind', ...seeded, n) % kinds.length] ?? null;
}
