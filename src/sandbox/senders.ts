import type { Account, Place, SenderKind, Source } from './account.ts';
import { addressOf } from './addresses.ts';
import { between, pick, type Random, stream } from './random.ts';
import { ESP_DOMAINS, FORWARDER_DOMAINS, PLACES, SPOOFER_DOMAINS } from './vocabulary.ts';

/** Kinds of sender: how many of them there are, and from how many to how many messages they send a day. */
const KINDS: readonly { kind: SenderKind; share: number; low: number; high: number }[] = [
  { kind: 'esp', share: 0.3, low: 100, high: 5_000 },
  { kind: 'corporate', share: 0.2, low: 20, high: 400 },
  { kind: 'forwarder', share: 0.2, low: 1, high: 20 },
  { kind: 'spoofer', share: 0.2, low: 1, high: 300 },
  { kind: 'misconfigured', share: 0.1, low: 10, high: 200 },
];

const HEAVY_SHARE = 0.12;

/** A monitor's nth source, without records; it has traffic from `since` on. */
export function makeSource(account: Account, monitor: number, index: number, since: number): Source {
  const { seed, steadyShare } = account.options;
  const random = stream(seed, 'source', monitor, index);
  const { kind, low, high } = kindOf(random());
  const ip = addressOf(seed, monitor, index, kind);
  return {
    ip,
    index,
    kind,
    steady: random() < steadyShare,
    heavy: random() < HEAVY_SHARE,
    dailyVolume: Math.round(low * (high / low) ** random()),
    domain: domainOf(kind, random),
    place: placeOf(ip, random),
    favorite: random() < 0.1,
    since,
    records: [],
    gone: false,
    edits: {},
  };
}

/** A source that a test adds: one with an address of its choice. */
export function makeNamedSource(account: Account, monitor: number, ip: string, index: number): Source {
  return { ...makeSource(account, monitor, index, account.today), ip, steady: false };
}

function kindOf(choice: number): (typeof KINDS)[number] {
  let left = choice;
  for (const entry of KINDS) {
    if (left < entry.share) return entry;
    left -= entry.share;
  }
  return KINDS[0] as (typeof KINDS)[number];
}

function domainOf(kind: SenderKind, random: Random): string | null {
  const host = `mta${between(random, 1, 9)}`;
  if (kind === 'esp') return `${host}.${pick(random, ESP_DOMAINS)}`;
  if (kind === 'forwarder') return pick(random, FORWARDER_DOMAINS);
  if (kind === 'spoofer') return pick(random, SPOOFER_DOMAINS);
  return random() < 0.2 ? null : `${host}.hosting.example`;
}

function placeOf(ip: string, random: Random): Place {
  const place = pick(random, PLACES);
  const local = ip.startsWith('192.168.') || ip.startsWith('100.64.');
  return local ? { country: null, countryCode: null, city: null } : place;
}
