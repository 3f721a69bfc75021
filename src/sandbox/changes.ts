import type { Account, Monitor, RecordFacts } from './account.ts';
import { hash, unit } from './random.ts';
import { defaultRange, isVisible } from './visibility.ts';

/**
 * Changes some of the records that are visible today: volumes grow, and a few other values change at the same volume.
 * Steady IPs and oddities stay as they are.
 */
export function changeRecords(account: Account, monitor: Monitor): void {
  const { seed, changeInPlace, changeAtEqualVolume } = account.options;
  if (changeInPlace === 0 && changeAtEqualVolume === 0) return;
  const range = defaultRange(account);
  for (const source of monitor.sources.values()) {
    if (source.steady || source.index < 0) continue;
    for (const facts of source.records) {
      if (!isVisible(account, facts, range)) continue;
      const key = [seed, facts.id, account.today] as const;
      if (unit('grow', ...key) < changeInPlace) facts.volume += 1 + (hash('by', ...key) % 20);
      if (unit('equal', ...key) < changeAtEqualVolume) changeAtSameVolume(account, facts);
    }
  }
}

/** Another applied policy or another comment; always one that differs. */
function changeAtSameVolume(account: Account, facts: RecordFacts): void {
  if (hash(facts.id, account.today) % 2 === 0) {
    facts.policy = facts.policy === 'quarantine' ? 'reject' : 'quarantine';
  } else {
    facts.overrideComment = `revised on day ${account.today}`;
  }
}
