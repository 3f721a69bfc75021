import type { DatasetSummary } from './dataset-summary.ts';

/** What the next run does, as far as it is known before it has listed the account. */
export interface NextRun {
  /** Runs whose journals it loads first: what they received is not published yet. */
  readonly journals: readonly string[];
  readonly monitors: number;
  /** Details it reads, by reason; those that change until then come on top. */
  readonly details: { readonly never: number; readonly changed: number; readonly aged: number };
  /** Unchanged IPs that it reads again in proof. */
  readonly verify: number;
}

export interface NextRunOptions {
  readonly nowMs: number;
  readonly maxAgeMs: number;
  readonly verifyShare: number;
}

/** Foresees the next run from what the newest one left behind (see `plan` in src/extract/plan.ts). */
export function foreseeRun(
  { coverage }: DatasetSummary,
  journals: readonly string[],
  { nowMs, maxAgeMs, verifyShare }: NextRunOptions,
): NextRun {
  const { monitors, ips, never, stale, windowed } = coverage;
  const aged = Object.entries(windowed)
    .filter(([day]) => nowMs - Date.parse(day) >= maxAgeMs)
    .reduce((sum, [, count]) => sum + count, 0);
  const unchanged = ips - never - stale - aged;
  return {
    journals,
    monitors,
    details: { never, changed: stale, aged },
    verify: Math.ceil(unchanged * verifyShare),
  };
}
