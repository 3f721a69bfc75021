import { cutText } from './json-text.ts';

/** A DMARC record taken apart: what it says explicitly (null = not said or not readable), and what follows from it. */
export interface DmarcPolicy {
  readonly is_present: boolean;
  readonly is_valid: boolean;
  readonly p: string | null;
  readonly sp: string | null;
  readonly np: string | null;
  readonly adkim: string | null;
  readonly aspf: string | null;
  readonly fo: string | null;
  readonly rua: string | null;
  readonly ruf: string | null;
  readonly pct: number | null;
  readonly ri: number | null;
  readonly t: string | null;
  readonly psd: string | null;
  readonly effective_p: string | null;
  readonly effective_sp: string | null;
  readonly errors: string | null;
}

/** Hostile records can be a megabyte of mistakes: more than these are not told. */
const MAX_ERRORS = 20;
const SHOWN_CHARACTERS = 50;

const POLICIES = ['none', 'quarantine', 'reject'];
const ALIGNMENTS = ['r', 's'];
const MAX_INTEGER = 2 ** 31 - 1;

/** What receivers that honour pct or t do with messages that are spared: one step less. */
const WEAKER: ReadonlyMap<string, string> = new Map([
  ['reject', 'quarantine'],
  ['quarantine', 'none'],
]);

/** The white space that may stand around names and values (RFC 6376, 2.8); any other is part of them. */
const AROUND = /^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g;
const BETWEEN_CHUNKS = /"[ \t\r\n]*"/g;

/** A URI, which can have a bound of size, as in `mailto:a@example.org!10m`. */
const REPORTING_URI = /^[a-z][a-z0-9+.-]*:[^\s,!;]+(?:!\d+[kmgt]?)?$/i;

/** Tags that say what is to be done with mail that fails. */
const POLICY_TAGS = ['p', 'sp', 'np'] as const;

/**
 * Takes a DMARC record apart by RFC 7489 and RFC 9989. Never throws. Unknown tags are ignored, as the RFCs say. The
 * policy that receivers apply:
 *
 * - none at all (null) for a fragment without `v`, and for a record with a tag given twice: that makes the whole list
 *   of tags invalid (RFC 6376, 3.2). What is shown of such a tag is the first.
 * - where `p`, `sp` or `np` has no policy for a value, `none` for all mail if `rua` has a URI, else none at all
 *   (RFC 7489, 6.6.3; RFC 9989, 4.10.1). A record without `p` has `none` (RFC 9989, 4.7).
 */
export function parseDmarcRecord(text: string | null): DmarcPolicy {
  const record = trimmed(text ?? '');
  const isPresent = record !== '';
  const errors = new Set<string>();
  const { tags, first, isList } = splitTags(joinChunks(record), errors);
  const isDmarc = first === 'v' && tags.get('v') === 'DMARC1';
  if (isPresent && !isDmarc) errors.add('v=DMARC1 is not the first tag');
  const policy = readTags(tags, errors);
  return {
    is_present: isPresent,
    is_valid: isPresent && errors.size === 0,
    ...policy,
    ...(isDmarc && isList ? inForce(tags, policy) : NO_POLICY),
    errors: errors.size === 0 ? null : [...errors].slice(0, MAX_ERRORS).join('; '),
  };
}

const NO_POLICY = { effective_p: null, effective_sp: null };

/** What receivers make of the policies of a record. */
function inForce(tags: ReadonlyMap<string, string>, policy: ReturnType<typeof readTags>) {
  const isMisread = POLICY_TAGS.some((name) => tags.has(name) && policy[name] === null);
  if (isMisread && !hasReportingUri(policy.rua)) return NO_POLICY;
  const p = isMisread ? 'none' : (policy.p ?? 'none');
  const sp = isMisread ? 'none' : (policy.sp ?? p);
  return { effective_p: effective(p, policy), effective_sp: effective(sp, policy) };
}

function hasReportingUri(rua: string | null): boolean {
  return (rua ?? '').split(',').some((uri) => REPORTING_URI.test(trimmed(uri)));
}

function readTags(tags: ReadonlyMap<string, string>, errors: Set<string>) {
  const one = (name: string, allowed: readonly string[]) => oneOf(tags, name, allowed, errors);
  return {
    p: one('p', POLICIES),
    sp: one('sp', POLICIES),
    np: one('np', POLICIES),
    adkim: one('adkim', ALIGNMENTS),
    aspf: one('aspf', ALIGNMENTS),
    fo: tags.get('fo') ?? null,
    rua: tags.get('rua') ?? null,
    ruf: tags.get('ruf') ?? null,
    pct: integerUpTo(tags, 'pct', 100, errors),
    ri: integerUpTo(tags, 'ri', MAX_INTEGER, errors),
    t: one('t', ['y', 'n']),
    psd: one('psd', ['y', 'n', 'u']),
  };
}

/** The tags of a record as written, unknown ones too, by their lower-case names and in its order; of one given twice the first. */
export function dmarcTags(text: string): ReadonlyMap<string, string> {
  return splitTags(joinChunks(trimmed(text)), new Set()).tags;
}

/** `"v=DMARC1; " "p=none"`, as DNS tools print a TXT record of several strings, as one text. */
function joinChunks(text: string): string {
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1).replace(BETWEEN_CHUNKS, '') : text;
}

interface Tags {
  /** Name of the first part, `''` if it has none; null = there is no part. */
  readonly first: string | null;
  /** By their lower-case names in the order of the record; of one given twice the first. */
  readonly tags: ReadonlyMap<string, string>;
  /** False: one was given twice. */
  readonly isList: boolean;
}

/** The tags of a record; empty parts, as after a last `;`, are skipped. */
function splitTags(text: string, errors: Set<string>): Tags {
  const tags = new Map<string, string>();
  let first: string | null = null;
  let isList = true;
  for (const part of text.split(';').map(trimmed)) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = trimmed(part.slice(0, Math.max(equals, 0))).toLowerCase();
    first ??= name;
    if (name === '') errors.add(`no tag: ${shown(part)}`);
    else if (!tags.has(name)) tags.set(name, trimmed(part.slice(equals + 1)));
    else {
      errors.add(`${shown(name)} given twice`);
      isList = false;
    }
  }
  return { tags, first, isList };
}

function trimmed(text: string): string {
  return text.replace(AROUND, '');
}

function oneOf(
  tags: ReadonlyMap<string, string>,
  name: string,
  allowed: readonly string[],
  errors: Set<string>,
): string | null {
  const value = tags.get(name)?.toLowerCase();
  if (value === undefined) return null;
  if (allowed.includes(value)) return value;
  errors.add(`${name} is none of ${allowed.join(', ')}: ${shown(value)}`);
  return null;
}

function integerUpTo(
  tags: ReadonlyMap<string, string>,
  name: string,
  maximum: number,
  errors: Set<string>,
): number | null {
  const value = tags.get(name);
  if (value === undefined) return null;
  if (/^\d+$/.test(value) && Number(value) <= maximum) return Number(value);
  errors.add(`${name} is no integer from 0 to ${maximum}: ${shown(value)}`);
  return null;
}

/** What every failing message gets at least; pct and t lower it once, not twice. */
function effective(stated: string, { t, pct }: { t: string | null; pct: number | null }): string {
  const isLowered = t === 'y' || (pct ?? 100) < 100;
  return isLowered ? (WEAKER.get(stated) ?? stated) : stated;
}

function shown(text: string): string {
  return cutText(text, SHOWN_CHARACTERS);
}
