import { z } from 'zod';
import { ApiError } from '../errors.ts';

/**
 * The API's rows, typed. A field is as the API sent it; one that is absent or of a type that no form of the API has
 * (facts: Values that differ between sources) is null. `raw` is the whole row as it came, unknown fields included.
 */

/** A percentage as the API writes it: `"88.5%"`, `"88.5"` or `88.5`. */
export type Percentage = string | number;

/** A domain of the account. */
export interface MonitoredDomain {
  readonly id: string | null;
  readonly name: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

/** A DMARC monitor. Times are ISO 8601, UTC. */
export interface Monitor {
  readonly id: string;
  /** Found in DNS; `''` = there is none. */
  readonly dmarc_record: string | null;
  /** What the account wants to publish; may be a fragment without `v=`. */
  readonly wanted_dmarc_record: string | null;
  readonly dmarc_valid: boolean | null;
  readonly dmarc_record_checked_at: string | null;
  readonly spf_record: string | null;
  readonly spf_status: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  /** Null in the answer to create. */
  readonly domain: MonitoredDomain | null;
  readonly raw: unknown;
}

/** What a monitor's reports say of a source IP in all. */
export interface AggregatedReport {
  readonly ip_address: string | null;
  readonly total_volume: number | null;
  readonly passed_dmarc: Percentage | null;
  readonly passed_spf: Percentage | null;
  readonly passed_dkim: Percentage | null;
  readonly domain: string | null;
  readonly country: string | null;
  readonly country_code: string | null;
  readonly city: string | null;
  /** False where the API leaves it out. */
  readonly is_favorite: boolean;
  readonly raw: unknown;
}

/** A raw result of SPF or DKIM; everything in it is chosen by strangers. */
export interface AuthResult {
  readonly type: string | null;
  readonly result: string | null;
  readonly domain: string | null;
  readonly selector: string | null;
}

/** A detail record of a source IP: a day, a reporter. `passed_*` are DMARC's verdicts, the arrays the raw results. */
export interface ReportRecord {
  readonly id: string;
  readonly ip_address: string | null;
  readonly ip_domain: string | null;
  readonly total_volume: number | null;
  readonly passed_dmarc: Percentage | null;
  readonly passed_spf: Percentage | null;
  readonly spf_domain: string | null;
  readonly aligned_spf: boolean | Percentage | null;
  readonly passed_dkim: Percentage | null;
  readonly aligned_dkim: boolean | Percentage | null;
  readonly dkim_domain: string | null;
  /** Midnight UTC of the day it is about. */
  readonly created_at: string | null;
  readonly applied_policy: string | null;
  readonly override_reason: string | null;
  readonly override_comment: string | null;
  readonly domain: string | null;
  readonly country: string | null;
  readonly country_code: string | null;
  readonly city: string | null;
  readonly report_source: string | null;
  readonly spf_auth: readonly AuthResult[];
  readonly dkim_auth: readonly AuthResult[];
  readonly raw: unknown;
}

/** A reporter and how many reports it sent. */
export interface ReportSource {
  readonly report_source: string | null;
  readonly reports: number | null;
  readonly raw: unknown;
}

const text = orNull(z.string());
const count = orNull(z.number());
const percentage = orNull(z.union([z.string(), z.number()]));
const aligned = orNull(z.union([z.boolean(), z.string(), z.number()]));
const place = { domain: text, country: text, country_code: text, city: text };

const authResults = z.array(z.object({ type: text, result: text, domain: text, selector: text })).catch([]);

const monitorSchema = z.object({
  id: z.string().min(1),
  dmarc_record: text,
  wanted_dmarc_record: text,
  dmarc_valid: orNull(z.boolean()),
  dmarc_record_checked_at: text,
  spf_record: text,
  spf_status: text,
  created_at: text,
  updated_at: text,
  domain: orNull(z.object({ id: text, name: text, created_at: text, updated_at: text })),
});

const aggregatedSchema = z.object({
  ip_address: text,
  total_volume: count,
  passed_dmarc: percentage,
  passed_spf: percentage,
  passed_dkim: percentage,
  ...place,
  is_favorite: z.boolean().catch(false),
});

const recordSchema = z.object({
  id: z.string().min(1),
  ip_address: text,
  ip_domain: text,
  total_volume: count,
  passed_dmarc: percentage,
  passed_spf: percentage,
  spf_domain: text,
  aligned_spf: aligned,
  passed_dkim: percentage,
  aligned_dkim: aligned,
  dkim_domain: text,
  created_at: text,
  applied_policy: text,
  override_reason: text,
  override_comment: text,
  ...place,
  report_source: text,
  spf_auth: authResults,
  dkim_auth: authResults,
});

const sourceSchema = z.object({ report_source: text, reports: count });

/** Null stands for what is absent and for what is not of the type. */
function orNull<T extends z.ZodType>(type: T) {
  return type.nullable().catch(null as never);
}

/** Each throws ApiError for a row that is no object, or has no id where the document has one. */
export const readMonitor = readerOf<Monitor>('a monitor', monitorSchema);
export const readAggregatedReport = readerOf<AggregatedReport>('an aggregated report', aggregatedSchema);
export const readReportRecord = readerOf<ReportRecord>('a report', recordSchema);
export const readReportSource = readerOf<ReportSource>('a report source', sourceSchema);

function readerOf<T>(what: string, schema: z.ZodType<Omit<T, 'raw'>>): (row: unknown) => T {
  return (row) => {
    const read = schema.safeParse(row);
    if (read.success) return { ...read.data, raw: row } as T;
    const where = read.error.issues[0]?.path.join('.') || 'the row';
    throw new ApiError(`the API sent ${what} that cannot be used: ${where} is not what the document says`);
  };
}
