import type { Row } from './row.ts';

/** Tags whose value is one of a few words, compared in lower case. */
const WORDS: Record<string, readonly string[]> = {
  p: ['none', 'quarantine', 'reject'],
  sp: ['none', 'quarantine', 'reject'],
  np: ['none', 'quarantine', 'reject'],
  adkim: ['r', 's'],
  aspf: ['r', 's'],
  t: ['y', 'n'],
  psd: ['y', 'n', 'u'],
};

/** Whole numbers with their greatest value (ri is an INTEGER). */
const NUMBERS: Record<string, number> = { pct: 100, ri: 2 ** 31 - 1 };

const LOWER: Record<string, string> = { reject: 'quarantine', quarantine: 'none', none: 'none' };

/** The tags of a record, and whether anything was wrong with their spelling. */
interface Tags {
  /** Of a tag given twice the first. */
  readonly values: ReadonlyMap<string, string>;
  /** RFC 6376: a list with a tag given twice is none. */
  readonly repeats: boolean;
  readonly startsWithVersion: boolean;
  readonly flawed: boolean;
}

/** What `errors` holds where the record has any: the oracle compares only that. */
export const SOME_ERRORS = 'some errors';

/** Columns of `dmarc_policies` that a record decides. */
export function parsePolicy(record: string | null): Row {
  const isPresent = record !== null && bare(record) !== '';
  const tags = readTags(isPresent ? record : '');
  const words = Object.keys(WORDS).map((name) => [name, wordOf(tags, name)] as const);
  const numbers = Object.keys(NUMBERS).map((name) => [name, numberOf(tags, name)] as const);
  const texts = ['fo', 'rua', 'ruf'].map((name) => [name, tags.values.get(name) ?? null] as const);
  const row: Row = Object.fromEntries([...words, ...numbers, ...texts]);
  const misread = [...words, ...numbers].some(([name, value]) => value === null && tags.values.has(name));
  const hasErrors = isPresent && (tags.flawed || !tags.startsWithVersion || misread);
  return {
    is_present: isPresent,
    is_valid: isPresent && !hasErrors,
    ...row,
    ...effective(row, tags, isPresent && tags.startsWithVersion && !tags.repeats),
    errors: hasErrors ? SOME_ERRORS : null,
  };
}

function readTags(record: string): Tags {
  const values = new Map<string, string>();
  let [flawed, repeats] = [false, false];
  let first: string | null = null;
  for (const part of unquoted(record).split(';')) {
    if (bare(part) === '') continue;
    const at = part.indexOf('=');
    const name = bare(part.slice(0, at)).toLowerCase();
    first ??= at === -1 ? '' : name;
    repeats ||= at !== -1 && values.has(name);
    if (at === -1 || name === '') flawed = true;
    else if (!values.has(name)) values.set(name, bare(part.slice(at + 1)));
  }
  return {
    values,
    repeats,
    flawed: flawed || repeats,
    startsWithVersion: first === 'v' && values.get('v') === 'DMARC1',
  };
}

/** Without the white space that RFC 6376 allows at the ends; other kinds are part of the text. */
function bare(text: string): string {
  let [from, to] = [0, text.length];
  while (' \t\r\n'.includes(text[from] ?? '?')) from += 1;
  while (to > from && ' \t\r\n'.includes(text[to - 1] ?? '?')) to -= 1;
  return text.slice(from, to);
}

/** The chunks of a TXT record in quotes as one text. */
function unquoted(record: string): string {
  if (!/^[ \t\r\n]*"[^"]*"(?:[ \t\r\n]*"[^"]*")*[ \t\r\n]*$/.test(record)) return record;
  return [...record.matchAll(/"([^"]*)"/g)].map((chunk) => chunk[1]).join('');
}

function wordOf({ values }: Tags, name: string): string | null {
  const word = values.get(name)?.toLowerCase();
  return word !== undefined && WORDS[name]?.includes(word) ? word : null;
}

function numberOf({ values }: Tags, name: string): number | null {
  const text = values.get(name) ?? '';
  const largest = NUMBERS[name] ?? 0;
  return /^\d+$/.test(text) && Number(text) <= largest ? Number(text) : null;
}

/**
 * The policy in force, one step lower in test mode or for less than all mail. A policy that cannot be read leaves only
 * reporting: none, if the record names a place for reports (RFC 9989, 4.10.1).
 */
function effective(row: Row, { values }: Tags, applies: boolean): Row {
  const misread = ['p', 'sp', 'np'].some((name) => values.has(name) && row[name] === null);
  if (!applies || (misread && !reportsGoSomewhere(values.get('rua') ?? '')))
    return { effective_p: null, effective_sp: null };
  if (misread) return { effective_p: 'none', effective_sp: 'none' };
  const isLowered = row.t === 'y' || (typeof row.pct === 'number' && row.pct < 100);
  const inForce = (policy: unknown) => {
    const word = typeof policy === 'string' ? policy : 'none';
    return isLowered ? (LOWER[word] ?? 'none') : word;
  };
  return { effective_p: inForce(row.p), effective_sp: inForce(row.sp ?? row.p) };
}

function reportsGoSomewhere(rua: string): boolean {
  return rua.split(',').some((place) => {
    const [scheme = '', ...rest] = bare(place).split(':');
    const target = rest.join(':').replace(/!\d+[kmgt]?$/i, '');
    return /^[a-z][a-z0-9+.-]*$/i.test(scheme) && target !== '' && !/[\s!]/.test(target);
  });
}
