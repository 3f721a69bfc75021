import type { Row, Tables } from '../row.ts';
import { lowered, numberOf, raised, textOf, trimmed, UNKNOWN } from './cells.ts';
import { newestListing } from './listing.ts';

/** What `v_records` says of a detail record, in its words; volumes are messages. */
export interface RecordFacts {
  readonly monitor_id: string;
  readonly domain_name: string | null;
  readonly record_id: string;
  readonly report_date: string;
  readonly report_day: number;
  readonly is_settled: boolean;
  readonly requested_ip: string | null;
  readonly ip_address: string | null;
  readonly ip_canonical: string;
  readonly ip_version: number | null;
  readonly ip_network: string | null;
  readonly ip_scope: string | null;
  readonly source_domain: string;
  readonly country_code: string;
  readonly reporter: string;
  readonly volume: number;
  readonly pass_volume: number;
  readonly fail_volume: number;
  readonly spf_aligned_volume: number;
  readonly dkim_aligned_volume: number;
  readonly both_volume: number;
  readonly dkim_only_volume: number;
  readonly spf_only_volume: number;
  readonly is_exact: boolean;
  readonly outcome: string | null;
  readonly policy_action: string;
  readonly override_reason: string | null;
  readonly override_comment: string | null;
  readonly spf_domain: string | null;
  readonly dkim_domain: string | null;
}

/** Days after which no more reports of a day are expected. */
const SETTLED_AFTER_DAYS = 3;

/** `v_records` without created_at, from the rows of the contract and the day that views call today. */
export function recordFacts(tables: Tables, today: number): RecordFacts[] {
  const names = new Map(
    (tables.monitors ?? []).map((row) => [textOf(row.monitor_id), textOf(row.domain_name)]),
  );
  const listed = new Map(newestListing(tables).map((row) => [placeOf(row.monitor_id, row.ip_address), row]));
  return (tables.report_records ?? []).map((row) => {
    const source = listed.get(placeOf(row.monitor_id, row.requested_ip));
    const report_day = numberOf(row.report_day) ?? 0;
    return {
      monitor_id: String(row.monitor_id),
      domain_name: names.get(textOf(row.monitor_id)) ?? null,
      record_id: String(row.record_id),
      report_date: String(row.report_date),
      report_day,
      is_settled: today - report_day > SETTLED_AFTER_DAYS,
      requested_ip: textOf(row.requested_ip),
      ip_address: textOf(row.ip_address),
      ip_canonical: textOf(row.ip_canonical) || UNKNOWN,
      ip_version: numberOf(row.ip_version),
      ip_network: textOf(row.ip_network),
      ip_scope: textOf(row.ip_scope),
      source_domain: lowered(row.ip_domain) ?? lowered(row.domain) ?? lowered(source?.domain) ?? UNKNOWN,
      country_code: raised(row.country_code) ?? raised(source?.country_code) ?? UNKNOWN,
      reporter: lowered(row.report_source) ?? UNKNOWN,
      ...outcomes(row),
      policy_action: actionOf(lowered(row.applied_policy)),
      override_reason: lowered(row.override_reason),
      override_comment: trimmed(row.override_comment),
      spf_domain: textOf(row.spf_domain),
      dkim_domain: textOf(row.dkim_domain),
    };
  });
}

function placeOf(monitor: unknown, ip: unknown): string {
  return JSON.stringify([monitor, ip]);
}

function actionOf(word: string | null): string {
  if (word === null || word === 'none' || word === 'pass') return 'none';
  return word === 'quarantine' || word === 'reject' ? word : 'other';
}

/** Of `pass` messages `spf` and `dkim` passed one check: those that passed both are the overlap. */
function outcomes(row: Row) {
  const volume = numberOf(row.total_volume) ?? 0;
  const [isSpf, isDkim] = [row.spf_aligned === true, row.dkim_aligned === true];
  const rates = {
    dmarc: numberOf(row.dmarc_pass_rate) ?? Number(isSpf || isDkim),
    spf: numberOf(row.spf_pass_rate) ?? Number(isSpf),
    dkim: numberOf(row.dkim_pass_rate) ?? Number(isDkim),
  };
  const part = (rate: number) => Math.floor(volume * rate + 0.5);
  const pass = part(rates.dmarc);
  const spf = Math.min(part(rates.spf), pass);
  const dkim = Math.min(part(rates.dkim), pass);
  const both = Math.max(0, spf + dkim - pass);
  const parts = { both, dkim_only: pass - spf, spf_only: spf - both, fail: volume - pass };
  return {
    volume,
    pass_volume: pass,
    fail_volume: parts.fail,
    spf_aligned_volume: spf,
    dkim_aligned_volume: dkim,
    both_volume: parts.both,
    dkim_only_volume: parts.dkim_only,
    spf_only_volume: parts.spf_only,
    is_exact: Object.values(rates).every((rate) => rate === 0 || rate === 1),
    outcome: volume === 0 ? null : mainOutcome(pass, parts),
  };
}

/** fail if less than half pass; else what more than half of those that pass are, else both. */
function mainOutcome(pass: number, parts: { dkim_only: number; spf_only: number; fail: number }): string {
  if (parts.fail > pass) return 'fail';
  if (parts.dkim_only > pass / 2) return 'dkim_only';
  return parts.spf_only > pass / 2 ? 'spf_only' : 'both';
}
