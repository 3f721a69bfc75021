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
  readonly unknown_volume: number;
  readonly spf_aligned_volume: number | null;
  readonly dkim_aligned_volume: number | null;
  readonly both_volume: number;
  readonly dkim_only_volume: number;
  readonly spf_only_volume: number;
  readonly unattributed_volume: number;
  readonly is_volume_known: boolean;
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
  const kept = (tables.report_records ?? []).filter((row) => isServed(row));
  return kept.map((row) => {
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

/** Neither taken back by the API, nor served again under a monitor that replaced this one. */
function isServed(row: Row): boolean {
  return (row.withdrawn_date ?? null) === null;
}

function placeOf(monitor: unknown, ip: unknown): string {
  return JSON.stringify([monitor, ip]);
}

function actionOf(word: string | null): string {
  if (word === null) return 'unknown';
  if (word === 'none' || word === 'pass') return 'none';
  return word === 'quarantine' || word === 'reject' ? word : 'other';
}

/** The least and the greatest that a rate can be. */
type Span = readonly [least: number, greatest: number];

/** What a rate is if only one value is possible. */
function only([least, greatest]: Span): number | null {
  return least === greatest ? least : null;
}

function spanOf(rate: number | null): Span {
  return rate === null ? [0, 1] : [rate, rate];
}

/** The rate told, or the flag in its place. */
function toldRate(rate: Row[string] | undefined, flag: Row[string] | undefined): number | null {
  return numberOf(rate) ?? (typeof flag === 'boolean' ? Number(flag) : null);
}

/** At least as many pass as pass the better check, at most all that pass either. */
function passSpan(spf: Span, dkim: Span): Span {
  return [Math.max(spf[0], dkim[0]), Math.min(1, spf[1] + dkim[1])];
}

/** Of those that pass, at least those that the other check did not pass. */
function checkSpan(pass: number | null, other: Span): Span {
  return pass === null ? [0, 1] : [Math.max(0, pass - other[1]), pass];
}

/** The three rates, those that are not told as far as the others leave only one value. */
function ratesOf(row: Row) {
  const dmarc = numberOf(row.dmarc_pass_rate);
  const spf = toldRate(row.spf_pass_rate, row.spf_aligned);
  const dkim = toldRate(row.dkim_pass_rate, row.dkim_aligned);
  return {
    dmarc: dmarc ?? only(passSpan(spanOf(spf), spanOf(dkim))),
    spf: spf ?? only(checkSpan(dmarc, spanOf(dkim))),
    dkim: dkim ?? only(checkSpan(dmarc, spanOf(spf))),
  };
}

/** Of `pass` messages `spf` and `dkim` passed one check: those that passed both are the overlap. */
function outcomes(row: Row) {
  const told = numberOf(row.total_volume);
  const volume = told ?? 0;
  const rates = ratesOf(row);
  const part = (rate: number | null) => (rate === null ? null : Math.floor(volume * rate + 0.5));
  const verdict = part(rates.dmarc);
  const atMost = (most: number | null, count: number | null) =>
    most === null || count === null ? count : Math.min(count, most);
  const [spf, dkim] = [atMost(verdict, part(rates.spf)), atMost(verdict, part(rates.dkim))];
  const pass = verdict ?? 0;
  const isSplit = verdict !== null && spf !== null && dkim !== null;
  const both = isSplit ? Math.max(0, spf + dkim - pass) : 0;
  const parts = {
    fail: verdict === null ? 0 : volume - pass,
    unknown: verdict === null ? volume : 0,
    dkim_only: isSplit ? pass - spf : 0,
    spf_only: isSplit ? spf - both : 0,
    unattributed: isSplit ? 0 : pass,
  };
  return {
    volume,
    pass_volume: pass,
    fail_volume: parts.fail,
    unknown_volume: parts.unknown,
    spf_aligned_volume: spf,
    dkim_aligned_volume: dkim,
    both_volume: both,
    dkim_only_volume: parts.dkim_only,
    spf_only_volume: parts.spf_only,
    unattributed_volume: parts.unattributed,
    is_volume_known: told !== null,
    is_exact: told !== null && Object.values(rates).every((rate) => rate === 0 || rate === 1),
    outcome: volume === 0 ? null : mainOutcome(pass, parts),
  };
}

type Parts = Record<'fail' | 'unknown' | 'dkim_only' | 'spf_only' | 'unattributed', number>;

/** fail if less than half pass; else what more than half of those that pass are, else both; unknown if that is not told. */
function mainOutcome(pass: number, parts: Parts): string {
  if (parts.unknown > 0) return 'unknown';
  if (parts.fail > pass) return 'fail';
  if (parts.unattributed > 0) return 'unknown';
  if (parts.dkim_only > pass / 2) return 'dkim_only';
  return parts.spf_only > pass / 2 ? 'spf_only' : 'both';
}
