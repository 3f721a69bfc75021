import { Item, isMistyped } from './item.ts';
import { isKnown, knownWordsOf } from './known-words.ts';
import { isMute, membersOf, membersOrOne } from './lists.ts';
import { isObject } from './readings.ts';
import type { Row } from './row.ts';
import { lowerText, plainText } from './spellings.ts';

const FIELD = 'override_reason';

interface Told {
  readonly why: string;
  readonly remark: string;
}

/** The columns override_reason and override_comment of a record. */
export function readOverride(item: Item): Row {
  const comment = item.text('override_comment', plainText);
  const raw = item.take(FIELD);
  if (raw === undefined || raw === null) return { override_reason: null, override_comment: comment };
  const told = typeof raw === 'string' ? [{ why: raw, remark: '' }] : toldIn(raw);
  if (told === null) {
    item.quarantine(FIELD);
    if (isMistyped(raw, ['string'])) item.note(FIELD, 'type');
    return { override_reason: null, override_comment: comment };
  }
  const reason = told
    .map(({ why }) => spelled(why))
    .filter(Boolean)
    .join(', ');
  if (typeof raw !== 'string') noteFields(item, raw);
  if (typeof raw !== 'string' || reason !== raw) item.keep(FIELD, raw);
  if (!isKnown(FIELD, reason)) item.note(FIELD, 'enum');
  const remarks = told.map(({ remark }) => plainText(remark)).filter(Boolean);
  const hasOwn = comment !== null && comment !== '';
  return {
    override_reason: reason,
    override_comment: hasOwn || remarks.length === 0 ? comment : remarks.join('; '),
  };
}

/** Reasons that are all known are listed; anything else is left a text. */
function spelled(why: string): string {
  const text = lowerText(why);
  return (knownWordsOf(FIELD, text) ?? [text]).join(', ');
}

/** Null = something in it is no reason. */
function toldIn(raw: unknown): Told[] | null {
  const told: Told[] = [];
  for (const member of membersOrOne(raw) ?? [[]]) {
    if (Array.isArray(member)) return null;
    if (!isObject(member)) {
      told.push({ why: member === null ? '' : String(member), remark: '' });
      continue;
    }
    const { type, comment } = { type: null, comment: null, ...member } as Record<string, unknown>;
    const isToldInText = [type, comment].every((part) => part === null || typeof part === 'string');
    if (!isToldInText || (type === null && comment === null && !isMute(member))) return null;
    told.push({ why: (type as string | null) ?? '', remark: (comment as string | null) ?? '' });
  }
  return told;
}

/** Fields of a reason that nobody knows; what they hold is kept with the whole. */
function noteFields(item: Item, raw: unknown): void {
  for (const member of membersOf(raw) ?? [raw]) {
    if (!isObject(member)) continue;
    const part = new Item(item.stream, member, `${FIELD}.`);
    part.take('type');
    part.take('comment');
    part.unknown();
    item.absorb(part);
  }
}
