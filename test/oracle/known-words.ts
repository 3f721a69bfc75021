/** What FACTS.md has seen in the wild for the result of SPF and of DKIM. */
const WILD = ['hardfail', 'unknown', 'error'];

/** Words of FACTS.md. Other words are told in `meta_schema_drift`. */
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

/** Whether all words of a value are known (several may be delimited where the field is a list); an empty text has none. */
export function isKnown(vocabulary: string, text: string | null): boolean {
  return knownWordsOf(vocabulary, text ?? '') !== null;
}

/** The words of a value; null = one of them is not known. */
export function knownWordsOf(vocabulary: string, text: string): string[] | null {
  const given = vocabulary === 'override_reason' ? text.split(/[\s,;|]+/) : [text];
  const words = given.filter((word) => word !== '');
  return words.every((word) => KNOWN[vocabulary]?.has(word) === true) ? words : null;
}
