import { z } from 'zod';
import { listOf } from '../json-list.ts';

/** The forms of answers that the program steers by; everything else in them is left as it came. */

/** Number or its text; anything else counts as not told: meta is a help, never a reason to refuse an answer. */
const count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().nonnegative())
  .nullish()
  .catch(undefined);

const links = z
  .looseObject({ next: z.string().nullish().catch(undefined) })
  .nullish()
  .catch(undefined);

const meta = z.looseObject({ per_page: count, last_page: count, total: count }).nullish().catch(undefined);

const envelopeSchema = z.looseObject({ data: z.unknown(), links, meta });

/** A page of a listing in any of the three forms (FACTS: Pagination). */
export interface Envelope {
  readonly rows: readonly unknown[];
  /** URL of the next page; null = the answer says that there is none, undefined = it does not say. */
  readonly next: string | null | undefined;
  /** Rows a page, as the API counts. */
  readonly perPage: number | undefined;
  readonly lastPage: number | undefined;
  readonly total: number | undefined;
}

const NOTHING_TOLD = { next: undefined, perPage: undefined, lastPage: undefined, total: undefined };

/** A page without rows that says nothing else. */
export const EMPTY_PAGE: Envelope = { rows: [], ...NOTHING_TOLD };

/** A list alone, or an object whose `data` is one (see {@link listOf}) or null, which is an empty one; else null. */
export function readEnvelope(value: unknown): Envelope | null {
  if (Array.isArray(value)) return { rows: value, ...NOTHING_TOLD };
  const read = envelopeSchema.safeParse(value);
  if (!read.success || !Object.hasOwn(Object(value), 'data')) return null;
  const { data, links: links_, meta: meta_ } = read.data;
  const rows = data === null ? [] : listOf(data);
  if (rows === null) return null;
  return {
    rows,
    next: links_?.next,
    perPage: meta_?.per_page || undefined,
    lastPage: meta_?.last_page ?? undefined,
    total: meta_?.total ?? undefined,
  };
}

const errorSchema = z.looseObject({
  message: z.string().catch(''),
  errors: z.record(z.string(), z.array(z.string()).or(z.string().transform((text) => [text]))).catch({}),
});

/** What the API says about a request that it refuses. */
export interface ErrorBody {
  readonly message: string;
  /** Messages by field. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

/** An error body in whatever form it came; empty if there is none. */
export function readErrorBody(text: string): ErrorBody {
  const read = errorSchema.safeParse(parseJson(text));
  return read.success
    ? { message: read.data.message, errors: read.data.errors }
    : { message: '', errors: {} };
}

/** A count of requests, as a number or its text. Below zero (overdrawn) nothing is left; anything else is not told. */
const requestsLeft = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*-?\d{1,15}(\.\d+)?\s*$/)
      .transform(Number),
  ])
  .transform((number) => Math.max(0, Math.floor(number)))
  .pipe(z.number().int())
  .nullable()
  .catch(null);

const quotaSchema = z.looseObject({
  quota: count,
  remaining: requestsLeft,
  reset: z.string().optional().catch(undefined),
});

/** The day's quota, as /api-quota tells it. */
export interface QuotaBody {
  readonly quota: number | null;
  /** A whole number from 0 up; null if not told. */
  readonly remaining: number | null;
  /** ISO 8601 as it came. */
  readonly reset: string | undefined;
}

/** A quota below zero is none: what is left of it says nothing. */
function isUnlimited(value: unknown): boolean {
  const quota: unknown = Reflect.get(Object(value), 'quota');
  return (typeof quota === 'number' || typeof quota === 'string') && Number(quota) < 0;
}

/** Null if the value has no `remaining` at all: then it is no answer of this endpoint. */
export function readQuotaBody(value: unknown): QuotaBody | null {
  const read = quotaSchema.safeParse(value);
  if (!read.success || !Object.hasOwn(Object(value), 'remaining')) return null;
  const { quota, remaining, reset } = read.data;
  return { quota: quota ?? null, remaining: isUnlimited(value) ? null : remaining, reset };
}

/** Undefined if the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
