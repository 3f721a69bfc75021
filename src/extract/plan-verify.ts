import { byOldestDetail, type Candidate } from './plan-order.ts';

const DAY_MS = 86_400_000;

/**
 * The unchanged IPs that are read again in proof: `share` of them (0 to 1), rounded up, the oldest first; before them
 * those whose details never added up, but each of these once in the ceil(1/share) days that a round takes, so that
 * everything is verified within that many nights.
 */
export function chooseVerify(unchanged: readonly Candidate[], share: number, nowMs: number): Candidate[] {
  const count = Math.ceil(unchanged.length * share);
  if (count <= 0) return [];
  const roundMs = Math.ceil(1 / share) * DAY_MS;
  const isDue = ({ known }: Candidate) =>
    known !== null && neverAddedUp(known) && nowMs - (known.detail_as_of_ms ?? 0) >= roundMs;
  const byAge = [...unchanged].sort(byOldestDetail);
  return [...byAge.filter(isDue), ...byAge.filter((candidate) => !isDue(candidate))].slice(0, count);
}

function neverAddedUp({ detail_volume, aggregated_volume }: NonNullable<Candidate['known']>): boolean {
  return aggregated_volume !== null && detail_volume !== aggregated_volume;
}
