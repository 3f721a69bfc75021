/** Values the API is known to send (api/FACTS.md, RFC 7489, RFC 9990), lower case. Others are kept, and told as drift. */

export const APPLIED_POLICIES: ReadonlySet<string> = new Set(['none', 'quarantine', 'reject', 'pass']);

export const OVERRIDE_REASONS: ReadonlySet<string> = new Set([
  'forwarded',
  'sampled_out',
  'trusted_forwarder',
  'mailing_list',
  'local_policy',
  'other',
  'policy_test_mode',
]);

/** Results that no RFC has for DKIM or SPF, but reporters send. */
const IN_THE_WILD = ['hardfail', 'unknown', 'error'];

const DKIM_RESULTS = ['none', 'pass', 'fail', 'policy', 'neutral', 'temperror', 'permerror'];

export const AUTH_RESULTS: Readonly<Record<'spf' | 'dkim', ReadonlySet<string>>> = {
  spf: new Set([...DKIM_RESULTS, 'softfail', ...IN_THE_WILD]),
  dkim: new Set([...DKIM_RESULTS, ...IN_THE_WILD]),
};
