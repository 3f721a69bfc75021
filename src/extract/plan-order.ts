import type { KnownIp } from '../contract/knowledge.ts';
import type { DetailWork } from './detail-work.ts';
import { type ListedIp, volumesOf } from './listed.ts';

/** A source IP whose details may be asked for. */
export interface Candidate {
  readonly listed: ListedIp;
  readonly known: KnownIp | null;
  readonly work: DetailWork;
}

/** Requests by size of the change for each one that goes to the oldest. */
const BY_CHANGE_PER_OLDEST = 9;

/**
 * The order of the night's work: largest change in failing volume first, then largest change in volume; but one request
 * in ten goes to the IP whose details are oldest, never fetched ones before all, so that nothing starves.
 */
export function inOrder(candidates: readonly Candidate[]): DetailWork[] {
  const byChange = [...candidates.map(withChange)]
    .sort(byLargestChange)
    .map(({ candidate }) => candidate.work);
  const byAge = [...candidates].sort(byOldestDetail).map(({ work }) => work);
  const changes = byChange.values();
  const oldest = byAge.values();
  const taken = new Set<DetailWork>();
  let owed = 0;
  while (taken.size < candidates.length) {
    const isOldest = owed >= BY_CHANGE_PER_OLDEST;
    const work = nextNotIn(taken, isOldest ? oldest : changes);
    if (work === null) break;
    taken.add(work);
    owed += isOldest ? -BY_CHANGE_PER_OLDEST * work.expected_pages : work.expected_pages;
  }
  return [...taken];
}

function nextNotIn(taken: ReadonlySet<DetailWork>, order: Iterator<DetailWork>): DetailWork | null {
  for (let next = order.next(); !next.done; next = order.next()) {
    if (!taken.has(next.value)) return next.value;
  }
  return null;
}

interface Change {
  readonly candidate: Candidate;
  readonly failing: number;
  readonly volume: number;
}

/** How far tonight's row is from the one for which the details were last complete. */
function withChange(candidate: Candidate): Change {
  const { listed, known } = candidate;
  const before = volumesOf(known?.fingerprint ?? '');
  return {
    candidate,
    failing: Math.abs(listed.failing_volume - before.failing_volume),
    volume: Math.abs((listed.volume ?? 0) - before.volume),
  };
}

function byLargestChange(a: Change, b: Change): number {
  return b.failing - a.failing || b.volume - a.volume || byName(a.candidate, b.candidate);
}

/** Oldest details first, those without any before all. */
export function byOldestDetail(a: Candidate, b: Candidate): number {
  const age = ({ known }: Candidate) => known?.detail_as_of_ms ?? Number.NEGATIVE_INFINITY;
  const [first, second] = [age(a), age(b)];
  return first === second ? byName(a, b) : first - second;
}

function byName({ listed: a }: Candidate, { listed: b }: Candidate): number {
  if (a.monitor_id !== b.monitor_id) return a.monitor_id < b.monitor_id ? -1 : 1;
  return a.ip_address < b.ip_address ? -1 : 1;
}
