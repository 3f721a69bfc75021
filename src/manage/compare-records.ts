import { ConfigurationError } from '../errors.ts';
import { type DmarcPolicy, dmarcTags, parseDmarcRecord } from '../transform/dmarc-policy.ts';

/** What the API takes at most (facts: query parameters beyond the document), characters. */
export const LONGEST_RECORD = 1_000;

/** A tag of a record that becomes another; null = the tag is not there. */
export interface TagChange {
  readonly tag: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface RecordsBefore {
  /** What the account wants so far. */
  readonly wanted: string | null;
  /** What is in DNS. */
  readonly published: string | null;
}

/** What it means to want another record. */
export interface RecordChange {
  /** Against the wanted record, or the published one where none is wanted. */
  readonly changes: readonly TagChange[];
  /** What is wrong with the new record or lost with the old one, one sentence each. */
  readonly warnings: readonly string[];
}

/** Tags of RFC 7489, section 11.4, and RFC 9989; the others are ignored by receivers. */
const KNOWN_TAGS: ReadonlySet<string> = new Set('v p sp np adkim aspf fo rua ruf pct ri rf t psd'.split(' '));

/**
 * Compares a record with those before it (RFC 7489, sections 6.3 and 6.4; RFC 9989). Throws ConfigurationError for a
 * record that the API would not take: an empty one, or one of more than 1,000 characters.
 */
export function compareRecords(before: RecordsBefore, record: string): RecordChange {
  refuseUnsendable(record);
  const wanted = textOrNull(before.wanted);
  const published = textOrNull(before.published);
  const losses = [
    ...(wanted === null ? [] : lossesOf(wanted, record, 'wanted so far')),
    ...(published === null || published === wanted ? [] : lossesOf(published, record, 'published')),
  ];
  return {
    changes: changedTags(wanted ?? published ?? '', record),
    warnings: [...mistakesIn(record), ...losses],
  };
}

/** Throws ConfigurationError for a record that the API would not take. */
export function refuseUnsendable(record: string): void {
  if (record.trim() === '') throw new ConfigurationError('the DMARC record is empty');
  const length = [...record].length;
  if (length <= LONGEST_RECORD) return;
  throw new ConfigurationError(
    `the DMARC record has ${length} characters; the API takes at most ${LONGEST_RECORD}`,
    { hint: 'Name fewer addresses in rua and ruf.' },
  );
}

function textOrNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text;
}

function changedTags(before: string, after: string): TagChange[] {
  const old = dmarcTags(before);
  const now = dmarcTags(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((tag) => ({ tag, before: old.get(tag) ?? null, after: now.get(tag) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** What makes receivers ignore the record or a part of it. */
function mistakesIn(record: string): string[] {
  const policy = parseDmarcRecord(record);
  const tags = dmarcTags(record);
  const unknown = [...tags.keys()].filter((tag) => !KNOWN_TAGS.has(tag));
  return [
    ...(policy.errors === null ? [] : [`the record is invalid: ${policy.errors}`]),
    ...(tags.has('p') ? [] : ['the record has no p: receivers treat it as p=none, or ignore it (RFC 7489)']),
    ...(unknown.length === 0 ? [] : [`receivers ignore unknown tags: ${unknown.join(', ')}`]),
    ...['rua', 'ruf'].flatMap((tag) =>
      addressesIn(tags.get(tag))
        .filter((uri) => !isReportUri(uri))
        .map(
          (uri) => `${tag} has ${JSON.stringify(uri)}, which is no mailto: URI that reports can be sent to`,
        ),
    ),
    ...(/^[\x20-\x7e]*$/.test(record) ? [] : ['the record has characters that DNS text should not have']),
    ...(isFailureOptions(tags.get('fo'))
      ? []
      : [`fo is none of 0, 1, d, s joined by ":": ${tags.get('fo')}`]),
  ];
}

function isFailureOptions(value: string | undefined): boolean {
  return value === undefined || /^[01ds](\s*:\s*[01ds])*$/i.test(value.trim());
}

/** `mailto:` with an address, and a size limit at most (RFC 7489, section 6.2). */
function isReportUri(uri: string): boolean {
  return /^mailto:[^\s@!,;]+@[^\s@!,;]+(![0-9]+[kmgt]?)?$/i.test(uri);
}

function addressesIn(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
}

/** What receivers did for the domain by the record before and will not do any more. */
function lossesOf(before: string, after: string, which: string): string[] {
  const old = parseDmarcRecord(before);
  const now = parseDmarcRecord(after);
  const kept = new Set(addressesIn(now.rua ?? undefined).map(addressOf));
  const dropped = addressesIn(old.rua ?? undefined).filter((uri) => !kept.has(addressOf(uri)));
  return [
    ...weakened(old, now).map((how) => `it weakens the policy against the record ${which}: ${how}`),
    ...dropped.map(
      (uri) => `it drops the report address ${uri} of the record ${which}: its reports will end`,
    ),
  ];
}

/** Without the size limit, which says nothing about who gets the reports. */
function addressOf(uri: string): string {
  return uri.toLowerCase().replace(/![0-9]+[kmgt]?$/, '');
}

const LEVELS: readonly string[] = ['none', 'quarantine', 'reject'];

/** An aspect of a record: more is stronger. */
interface Strength {
  readonly of: (policy: DmarcPolicy) => number;
  readonly say: (policy: DmarcPolicy) => string;
}

/** What a record asks for, inherited policies filled in; one without `v` asks for nothing. */
const isPolicy = ({ effective_p }: DmarcPolicy) => effective_p !== null;
const pOf = (policy: DmarcPolicy) => (isPolicy(policy) ? (policy.p ?? 'none') : 'none');
const spOf = (policy: DmarcPolicy) => (isPolicy(policy) ? (policy.sp ?? pOf(policy)) : 'none');
const npOf = (policy: DmarcPolicy) => (isPolicy(policy) ? (policy.np ?? spOf(policy)) : 'none');
const asks = (policy: DmarcPolicy) => [pOf, spOf, npOf].some((read) => read(policy) !== 'none');
const pctOf = ({ pct }: DmarcPolicy) => pct ?? 100;
const isStrict = (mode: string | null) => (mode === 's' ? 1 : 0);

const POLICIES = [
  ['p', pOf],
  ['sp', spOf],
  ['np', npOf],
] as const;

/** Share and test mode say nothing where nothing is asked. */
const STRENGTHS: readonly Strength[] = [
  { of: (policy) => (asks(policy) ? pctOf(policy) : 100), say: (policy) => `pct=${pctOf(policy)}` },
  { of: (policy) => (asks(policy) && policy.t === 'y' ? 0 : 1), say: ({ t }) => `t=${t ?? 'n'}` },
  { of: ({ adkim }) => isStrict(adkim), say: ({ adkim }) => `adkim=${adkim ?? 'r'}` },
  { of: ({ aspf }) => isStrict(aspf), say: ({ aspf }) => `aspf=${aspf ?? 'r'}` },
];

/** `p=reject becomes p=none`, for each aspect that gets weaker; what sp and np only inherit is told once. */
function weakened(old: DmarcPolicy, now: DmarcPolicy): string[] {
  const told = new Set<string>();
  const policies = POLICIES.filter(([, read]) => {
    const isNew = !told.has(`${read(old)} ${read(now)}`);
    told.add(`${read(old)} ${read(now)}`);
    return isNew && LEVELS.indexOf(read(now)) < LEVELS.indexOf(read(old));
  });
  return [
    ...policies.map(([tag, read]) => `${tag}=${read(old)} becomes ${tag}=${read(now)}`),
    ...STRENGTHS.filter(({ of }) => of(now) < of(old)).map(({ say }) => `${say(old)} becomes ${say(now)}`),
  ];
}
