import { listOf } from '../json-list.ts';
import { tidy, wordForm } from '../text-forms.ts';
import { OVERRIDE_REASONS } from './enumerations.ts';
import { KnownFields, keepUnknownFields } from './extra.ts';
import { type Item, keepExtra, openNested, stepTo, tellDrift } from './item.ts';
import { MAX_DEPTH, nestsDeeperThan } from './json-text.ts';
import { quarantineValue } from './quarantine.ts';
import { formOf, readText } from './read-field.ts';
import { type Fields, isFields, wrongType } from './readings.ts';

const NAME = 'override_reason';
const REASONS = 'reasons, each a text or an object of type and comment';

/** The fields of a reason as aggregate reports have it. */
const FIELDS = new KnownFields(['type', 'comment']);

/** What stands between reasons in one text. */
const BETWEEN = /[,;| ]+/;

/** A reason of a list. */
interface Reason {
  readonly type: string | null;
  readonly comment: string | null;
}

/**
 * Why the receiver did not apply the policy: words in lower case, several known ones joined by `, `. A list of texts and
 * of objects with type and comment, or one such object, gives its types; `extra` has it as it was sent.
 */
export function readOverrideReason(item: Item): string | null {
  const given = item.fields[NAME];
  if (given === undefined || given === null) return null;
  if (typeof given === 'string') return toldIfUnknown(item, formOf(item, NAME, given, reasonForm));
  const reasons = reasonsOf(given);
  if (reasons === null) {
    quarantineValue(item, stepTo(NAME), given, wrongType(REASONS, given));
    return null;
  }
  keepExtra(item, NAME, given);
  tellUnknownFields(item, given);
  return toldIfUnknown(item, joined(reasons, 'type', reasonForm, ', ') ?? '');
}

/** The receiver's comment; where the record has none of its own, those of its reasons, joined by `; `. */
export function readOverrideComment(item: Item): string | null {
  const own = readText(item, 'override_comment', tidy);
  if (own !== null && own !== '') return own;
  const given = item.fields[NAME];
  if (typeof given !== 'object' || given === null) return own;
  return joined(reasonsOf(given) ?? [], 'comment', tidy, '; ') ?? own;
}

function reasonForm(text: string): string {
  if (OVERRIDE_REASONS.has(text)) return text;
  const word = wordForm(text);
  const words = wordsOf(word);
  return words.every((one) => OVERRIDE_REASONS.has(one)) ? words.join(', ') : word;
}

function wordsOf(text: string): string[] {
  return text.split(BETWEEN).filter((word) => word !== '');
}

function toldIfUnknown(item: Item, reason: string): string {
  const isKnown = OVERRIDE_REASONS.has(reason) || wordsOf(reason).every((word) => OVERRIDE_REASONS.has(word));
  if (!isKnown) tellDrift(item, 'enum', stepTo(NAME), reason);
  return reason;
}

/** Null if a member is no reason, or too deep to be kept. */
function reasonsOf(given: unknown): readonly Reason[] | null {
  if (nestsDeeperThan(given, MAX_DEPTH)) return null;
  const list = listOf(given) ?? (isFields(given) ? [given] : null);
  const reasons = list?.map(reasonOf) ?? [null];
  return reasons.includes(null) ? null : (reasons as Reason[]);
}

function reasonOf(given: unknown): Reason | null {
  if (given === null) return { type: null, comment: null };
  if (typeof given !== 'object') return { type: String(given), comment: null };
  if (!isFields(given)) return null;
  const { type = null, comment = null, ...others } = given;
  const isText = [type, comment].every((value) => value === null || typeof value === 'string');
  const isReason =
    type !== null || comment !== null || Object.values(others).every((other) => other === null);
  return isText && isReason ? ({ type, comment } as Reason) : null;
}

/** The types or comments that are told; null if none is. */
function joined(
  reasons: readonly Reason[],
  part: keyof Reason,
  form: (text: string) => string,
  separator: string,
): string | null {
  const texts = reasons.map((reason) => form(reason[part] ?? '')).filter((text) => text !== '');
  return texts.length === 0 ? null : texts.join(separator);
}

/** Drift only: `extra` has the whole list. */
function tellUnknownFields(item: Item, given: unknown): void {
  const list = listOf(given);
  if (list === null) keepUnknownFields(openNested(item, NAME, null, given as Fields), FIELDS);
  for (const [index, entry] of (list ?? []).entries()) {
    if (isFields(entry)) keepUnknownFields(openNested(item, NAME, index, entry), FIELDS);
  }
}
