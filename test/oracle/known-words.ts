/** What FACTS.md has seen in the wild for the result of SPF and of DKIM. */
const WILD = ['hardfail', 'unknown', 'error'];

/** Words of FACTS.md; compared in lower case. Other words are told in `meta_schema_drift`. */
const KNOWN: Record<string, ReadonlySet<string>> = {
  applied_policy: new Set(['none', 'quarantine', 'reject', 'pass']),
  override_reason: new Set([
    'forwarded',
    'sampled_out',
    'trusted_forwarder',
    'mailing_list',
    'local_policy',
    'other',
    'policy_test_mode',
  ]),
  spf_auth: new Set([
    'none',
    'neutral',
    'pass',
    'fail',
    'softfail',
    'temperror',
    'permerror',
    'policy',
    ...WILD,
  ]),
  dkim_auth: new Set(['none', 'pass', 'fail', 'policy', 'neutral', 'temperror', 'permerror', ...WILD]),
};

/** Whether all words of a value (several may be delimited) are known; an empty text has none. */
export function isKnown(vocabulary: string, text: string | null): boolean {
  const words = (text ?? '').toLowerCase().split(/[\s,;|]+/);
  return words.every((word) => word === '' || KNOWN[vocabulary]?.has(word) === true);
}
