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

/**
 * Takes a DMARC record apart by RFC 7489 and RFC 9989. A fragment without `v` has its other tags read but no effective
 * policy. Unknown tags are ignored, as the RFCs say; of a tag given twice the first counts. Never throws.
 */
export function parseDmarcRecord(text: string | null): DmarcPolicy {
  const isPresent = text !== null && text.trim() !== '';
  const errors = new Set<string>();
  const tags = splitTags(isPresent ? joinChunks(text.trim()) : '', errors);
  const isDmarc = tags.keys().next().value === 'v' && tags.get('v') === 'DMARC1';
  if (isPresent && !isDmarc) errors.add('v=DMARC1 is not the first tag');
  const policy = readTags(tags, errors);
  return {
    is_present: isPresent,
    is_valid: isPresent && errors.size === 0,
    ...policy,
    effective_p: isDmarc ? effective(policy.p ?? 'none', policy) : null,
    effective_sp: isDmarc ? effective(policy.sp ?? policy.p ?? 'none', policy) : null,
    errors: errors.size === 0 ? null : [...errors].slice(0, MAX_ERRORS).join('; '),
  };
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
  return splitTags(joinChunks(text.trim()), new Set());
}

/** `"v=DMARC1; " "p=none"`, as DNS tools print a TXT record of several strings, as one text. */
function joinChunks(text: string): string {
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1).replace(/"\s*"/g, '') : text;
}

/** Tags by their lower-case names in the order of the record; empty parts, as after a last `;`, are skipped. */
function splitTags(text: string, errors: Set<string>): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (name === '') errors.add(`no tag: ${shown(part)}`);
    else if (tags.has(name)) errors.add(`${shown(name)} given twice`);
    else tags.set(name, part.slice(equals + 1).trim());
  }
  return tags;
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
  return cutText(text.trim(), SHOWN_CHARACTERS);
}
