import { hash, unit } from './random.ts';

/** Rows that move while pages are read: the share of first readings of a page in which they have moved. */
export interface Drift {
  share: number;
}

/** What a page's order is a function of. */
export interface DriftInfo {
  seed: number;
  /** Path and query. */
  url: string;
  /** Days since 1970: each day drifts in its own way. */
  today: number;
  /** How often the URL was answered before on this day. */
  timesAsked: number;
}

/** The order without drift. */
export const still = (position: number): number => position;

/**
 * Where the row for a position is found. In a drifted reading one row from this page's start or later has moved to the
 * front of the listing, so everything before it is one position further back: the page repeats the last row of the page
 * before, and lacks the row that moved or the one pushed out. Only the first reading of a URL on a day drifts, so
 * reading it again shows the order without drift; the number of rows never changes.
 */
export function driftedOrder(
  drift: Drift | null,
  info: DriftInfo,
  start: number,
  length: number,
): (position: number) => number {
  if (drift === null || info.timesAsked > 0 || start >= length || length < 2) return still;
  const key = [info.seed, info.url, info.today] as const;
  if (unit('drift', ...key) >= drift.share) return still;
  const moved = start + (hash('moved', ...key) % (length - start));
  return (position) => {
    if (position === 0) return moved;
    return position <= moved ? position - 1 : position;
  };
}
