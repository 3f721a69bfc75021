import fc from 'fast-check';
import type { Stream } from '../../src/journal/line.ts';
import { listOf } from '../../src/json-list.ts';
import { hostileRow, VALID_ROWS } from './hostile-rows.ts';

export const STREAMS: readonly Stream[] = [
  'monitors',
  'aggregated_reports',
  'report_records',
  'report_sources',
];

/** A body as the API might send it one bad day. */
export interface MalformedAnswer {
  readonly body: unknown;
  /** Items of its data array; null where it has none. */
  readonly data: readonly unknown[] | null;
  /** Positions of the items that are as the document says. */
  readonly valid: readonly number[];
}

const KEY = {
  monitors: 'id',
  aggregated_reports: 'ip_address',
  report_records: 'id',
  report_sources: 'report_source',
};

const percent = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.constantFrom('%', ' %', '', null))
  .map(([tenths, unit]) => (unit === null ? tenths / 10 : `${tenths / 10}${unit}`));
const volume = fc
  .nat({ max: Number.MAX_SAFE_INTEGER })
  .chain((count) => fc.constantFrom(count, String(count)));
const aligned = fc.constantFrom(true, false, 0, 1, 100, '0', '1', 'true', 'False');
const text = fc.string({ unit: 'binary', maxLength: 12 });

/** Documented forms of the fields whose forms vary; the others are as in VALID_ROWS. */
const FORMS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  total_volume: volume,
  reports: volume,
  passed_dmarc: percent,
  passed_spf: percent,
  passed_dkim: percent,
  aligned_spf: aligned,
  aligned_dkim: aligned,
  domain: fc.option(text),
  city: fc.option(text),
  override_comment: fc.option(text),
  spf_record: fc.option(text),
};

/** An item as the document says, under a key of its own. */
function validRow(stream: Stream): fc.Arbitrary<Record<string, unknown>> {
  const row: Record<string, unknown> = VALID_ROWS[stream];
  const varied = Object.keys(row).filter((name) => name in FORMS && typeof row[name] !== 'object');
  const forms = Object.fromEntries(varied.map((name) => [name, FORMS[name] ?? fc.constant(null)]));
  return fc.record({ key: fc.uuid(), fields: fc.record(forms) }).map(({ key, fields }) => {
    return { ...row, ...fields, [KEY[stream]]: `valid ${key}` };
  });
}

const wrongEnvelope = fc.oneof(
  fc.jsonValue(),
  fc.record({ data: fc.jsonValue() }),
  fc.record({ items: fc.array(fc.jsonValue()), message: fc.string() }),
);

/** Any answer of a stream: most have items, of which some are valid, some odd, some no items at all. */
export function malformedAnswer(stream: Stream): fc.Arbitrary<MalformedAnswer> {
  const item = fc.oneof(
    { weight: 3, arbitrary: validRow(stream).map((row) => ({ row: row as unknown, isValid: true })) },
    { weight: 3, arbitrary: hostileRow(stream).map((row) => ({ row: row as unknown, isValid: false })) },
    { weight: 1, arbitrary: fc.jsonValue().map((row) => ({ row: row as unknown, isValid: false })) },
  );
  const about = fc.dictionary(fc.constantFrom('links', 'meta', '__proto__', 'x'), fc.jsonValue());
  const filled = fc.record({ items: fc.array(item, { maxLength: 3 }), about }).map(({ items, about }) => {
    const data = items.map(({ row }) => row);
    const valid = items.flatMap(({ isValid }, position) => (isValid ? [position] : []));
    return { body: { ...about, data }, data, valid };
  });
  const wrong = wrongEnvelope.map((body) => ({ body, data: dataOf(body), valid: [] }));
  return fc.oneof({ weight: 9, arbitrary: filled }, { weight: 1, arbitrary: wrong });
}

function dataOf(body: unknown): readonly unknown[] | null {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'data')) return null;
  const data: unknown = Reflect.get(body, 'data');
  return data === null ? [] : listOf(data);
}

/** Throws what a property threw, with the seed to run it again: the answers themselves fill screens. */
export function tellShortly<T>({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<T>): void {
  if (failed) throw new Error(`seed: ${seed}, path: '${counterexamplePath}'`, { cause: errorInstance });
}
