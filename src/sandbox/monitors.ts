import type { Account, DomainFacts, Monitor, PolicyWord } from './account.ts';
import { DAY_MS, timestamp } from './days.ts';
import { between, pick, publicId, type Random, stream } from './random.ts';
import { DOMAIN_ENDS, DOMAIN_WORDS } from './vocabulary.ts';

interface RecordPair {
  policy: PolicyWord;
  live: string | null;
  wanted: string | null;
}

const RUA = 'rua=mailto:rua@dmarc.example.org';

/** Policies as domains publish them, beside what MailerSend wants of them. */
const RECORDS: readonly RecordPair[] = [
  { policy: 'none', live: '', wanted: RUA },
  {
    policy: 'reject',
    live: `v=DMARC1; p=reject; ${RUA},mailto:dmarc@example.org; ruf=mailto:fr@dmarc.example.org; fo=1; pct=100; rf=afrf; adkim=s; aspf=s`,
    wanted: `v=DMARC1; p=reject; ${RUA},mailto:dmarc@example.org; ruf=mailto:fr@dmarc.example.org; fo=1; pct=100; rf=afrf; adkim=s; aspf=s`,
  },
  {
    policy: 'quarantine',
    live: `v=DMARC1; p=quarantine; sp=none; pct=25; ${RUA}`,
    wanted: `v=DMARC1; p=quarantine; ${RUA}`,
  },
  { policy: 'none', live: `v=DMARC1; p=none; ${RUA}`, wanted: `v=DMARC1; p=none; ${RUA}` },
  { policy: 'quarantine', live: `v=DMARC1; p=quarantine; np=reject; t=y; ${RUA}!10m`, wanted: null },
  { policy: 'none', live: null, wanted: RUA },
  {
    policy: 'reject',
    live: `v=DMARC1;p=reject;sp=quarantine;ri=3600;${RUA};`,
    wanted: `v=DMARC1; p=reject; ${RUA}`,
  },
];

/** The nth monitor of the account, without sources. */
export function makeMonitor(account: Account, index: number): Monitor {
  const { seed } = account.options;
  const random = stream(seed, 'monitor', index);
  const createdMs = (account.today - between(random, 40, 400)) * DAY_MS + between(random, 0, 86_399) * 1000;
  const checkedMs = (account.today - 1) * DAY_MS + between(random, 0, 86_399) * 1000;
  const pair = RECORDS[(index + Math.abs(seed)) % RECORDS.length] as RecordPair;
  return {
    id: publicId(seed, 'monitor', index),
    index,
    domain: makeDomain(seed, index, createdMs, random),
    policy: pair.policy,
    dmarcRecord: pair.live,
    wantedRecord: pair.wanted,
    dmarcValid: pair.live === pair.wanted,
    checkedAt: pair.live === null ? null : timestamp(checkedMs),
    ...spfOf(random),
    createdAt: timestamp(createdMs),
    updatedAt: timestamp(checkedMs),
    sources: new Map(),
    strayRows: [],
    edits: {},
  };
}

/** A monitor as it is right after it was created: nothing checked, no sources. */
export function makeNewMonitor(account: Account, index: number, domain: DomainFacts, nowMs: number): Monitor {
  return {
    ...makeMonitor(account, index),
    domain,
    policy: 'none',
    dmarcRecord: '',
    wantedRecord: 'rua=mailto:rua@example.org',
    dmarcValid: false,
    checkedAt: null,
    spfRecord: null,
    spfStatus: 'not_found',
    createdAt: timestamp(nowMs),
    updatedAt: timestamp(nowMs),
  };
}

/** Domains that a monitor can be created for. */
export function makeSpareDomains(account: Account): DomainFacts[] {
  const { seed } = account.options;
  return [0, 1, 2].map((nth) => {
    const random = stream(seed, 'spare', nth);
    const created = (account.today - between(random, 1, 30)) * DAY_MS;
    return { ...makeDomain(seed, 100_000 + nth, created, random), name: `spare-${nth + 1}.example` };
  });
}

function makeDomain(seed: number, index: number, createdMs: number, random: Random): DomainFacts {
  const word = DOMAIN_WORDS[(index + Math.abs(seed)) % DOMAIN_WORDS.length];
  const suffix = index < DOMAIN_WORDS.length ? '' : `-${index}`;
  return {
    id: publicId(seed, 'domain', index),
    name: `${word}${suffix}.${pick(random, DOMAIN_ENDS)}`,
    created_at: timestamp(createdMs - between(random, 60, 86_400) * 1000),
    updated_at: timestamp(createdMs),
  };
}

function spfOf(random: Random): Pick<Monitor, 'spfRecord' | 'spfStatus'> {
  const choice = random();
  if (choice < 0.15) return { spfRecord: null, spfStatus: 'not_found' };
  const record = 'v=spf1 include:_spf.esp-one.example ip4:192.0.2.1 -all';
  return { spfRecord: record, spfStatus: choice < 0.3 ? 'found' : 'valid' };
}
