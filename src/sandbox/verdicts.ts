import type { AuthResult, PolicyWord, RecordFacts, SenderKind } from './account.ts';
import { between, pick, type Random } from './random.ts';

/** What a record says about authentication. */
export type Verdict = Pick<
  RecordFacts,
  'dmarc' | 'spf' | 'dkim' | 'spfAligned' | 'dkimAligned' | 'spfDomain' | 'dkimDomain'
> &
  Pick<RecordFacts, 'policy' | 'overrideReason' | 'overrideComment' | 'spfAuth' | 'dkimAuth'>;

/** Whose mail it is and who sends it. */
export interface Circumstances {
  kind: SenderKind;
  /** The monitored domain. */
  domain: string;
  /** The sender's own domain. */
  senderDomain: string;
  policy: PolicyWord;
}

interface Outcome {
  spf: boolean;
  dkim: boolean;
  spfAuth: AuthResult[];
  dkimAuth: AuthResult[];
}

const OVERRIDES: readonly (readonly [string, string | null])[] = [
  ['forwarded', null],
  ['mailing_list', 'list traffic'],
  ['trusted_forwarder', null],
  ['local_policy', 'arc=pass'],
  ['local_policy', 'arc=pass as[1].d=lists.university.example as[1].s=arc-20240605'],
  ['other', ''],
];

/** A verdict of the kind that such a sender gets. */
export function makeVerdict(where: Circumstances, random: Random): Verdict {
  const outcome = OUTCOMES[where.kind](where, random);
  const passes = outcome.spf || outcome.dkim;
  const rate = random() < 0.06 ? between(random, 1, 999) / 10 : 100;
  return {
    dmarc: passes ? rate : 0,
    spf: outcome.spf ? rate : 0,
    dkim: outcome.dkim ? rate : 0,
    spfAligned: outcome.spf,
    dkimAligned: outcome.dkim,
    spfDomain: random() < 0.7 ? null : (outcome.spfAuth[0]?.domain ?? null),
    dkimDomain: random() < 0.7 ? null : (outcome.dkimAuth[0]?.domain ?? null),
    ...actionOf(where, passes, random),
    spfAuth: sometimesMissing(outcome.spfAuth, random),
    dkimAuth: sometimesMissing(outcome.dkimAuth, random),
  };
}

const OUTCOMES: Record<SenderKind, (where: Circumstances, random: Random) => Outcome> = {
  esp: ({ domain, senderDomain }, random) => {
    const ownReturnPath = random() < 0.4;
    const signatures = [dkim('pass', domain, 'mlsend'), dkim('pass', senderDomain, 's1')];
    if (random() < 0.3) signatures.push(dkim('neutral', domain, '20230601'));
    return {
      spf: ownReturnPath,
      dkim: true,
      spfAuth: [spf('pass', ownReturnPath ? `bounce.${domain}` : senderDomain)],
      dkimAuth: signatures,
    };
  },
  corporate: ({ domain }, random) => ({
    spf: true,
    dkim: random() < 0.9,
    spfAuth: [spf('pass', domain)],
    dkimAuth: [dkim('pass', domain, 'selector1')],
  }),
  forwarder: ({ domain, senderDomain }, random) => {
    const kept = random() < 0.7;
    return {
      spf: false,
      dkim: kept,
      spfAuth: [spf(pick(random, ['pass', 'softfail', 'none']), senderDomain)],
      dkimAuth: [dkim(kept ? 'pass' : 'fail', domain, 'mlsend')],
    };
  },
  spoofer: ({ domain }, random) => ({
    spf: false,
    dkim: false,
    spfAuth: [spf(pick(random, ['fail', 'softfail', 'none', 'temperror', 'hardfail']), domain)],
    dkimAuth: random() < 0.8 ? [] : [dkim(pick(random, ['fail', 'permerror', 'none']), domain, '')],
  }),
  misconfigured: ({ senderDomain }, random) => ({
    spf: false,
    dkim: false,
    spfAuth: [spf(random() < 0.1 ? 'Pass' : 'pass', senderDomain)],
    dkimAuth: random() < 0.5 ? [] : [dkim('pass', senderDomain, 'default')],
  }),
};

type Action = Pick<RecordFacts, 'policy' | 'overrideReason' | 'overrideComment'>;

function actionOf(where: Circumstances, passes: boolean, random: Random): Action {
  const choice = random();
  if (passes) {
    const newReporter = where.policy !== 'none' && choice < 0.02;
    return { policy: newReporter ? 'pass' : 'none', overrideReason: null, overrideComment: null };
  }
  if (where.kind === 'forwarder' && choice < 0.8) {
    const [overrideReason, overrideComment] = pick(random, OVERRIDES);
    return { policy: 'none', overrideReason, overrideComment };
  }
  if (where.policy !== 'none' && choice > 0.95) {
    const overrideReason = choice > 0.98 ? 'policy_test_mode' : 'sampled_out';
    return { policy: 'none', overrideReason, overrideComment: null };
  }
  return { policy: where.policy, overrideReason: null, overrideComment: null };
}

function sometimesMissing(results: AuthResult[], random: Random): AuthResult[] | null | undefined {
  const choice = random();
  if (choice < 0.02) return undefined;
  if (choice < 0.05) return null;
  return choice < 0.08 ? [] : results;
}

function spf(result: string, domain: string): AuthResult {
  return { type: 'spf', result, domain, selector: null };
}

function dkim(result: string, domain: string, selector: string): AuthResult {
  return { type: 'dkim', result, domain, selector };
}
