import type { Monitor, RecordFacts, Source } from './account.ts';
import { DAY_MS, timestamp } from './days.ts';
import { alignedForm, favoriteForm, finishRow, percentForm } from './forms.ts';
import type { SandboxOptions } from './options.ts';

/** Volume and volume-weighted rates (percent, one decimal) of some records. */
export interface Totals {
  volume: number;
  dmarc: number;
  spf: number;
  dkim: number;
}

/** A monitor as the list, create (without its domain) and update serve it. */
export function monitorRow(options: SandboxOptions, monitor: Monitor, withDomain = true): unknown {
  const row = {
    id: monitor.id,
    dmarc_record: monitor.dmarcRecord,
    wanted_dmarc_record: monitor.wantedRecord,
    dmarc_valid: monitor.dmarcValid,
    dmarc_record_checked_at: monitor.checkedAt,
    spf_record: monitor.spfRecord,
    spf_status: monitor.spfStatus,
    created_at: monitor.createdAt,
    updated_at: monitor.updatedAt,
    ...(withDomain ? { domain: { ...monitor.domain } } : {}),
  };
  return finishRow(options, monitor.id, row, monitor.edits);
}

/** A source IP as the aggregated report serves it. */
export function aggregatedRow(
  options: SandboxOptions,
  monitor: Monitor,
  source: Source,
  totals: Totals,
): unknown {
  const key = `${monitor.id} ${source.ip}`;
  const row = {
    ip_address: source.ip,
    total_volume: totals.volume,
    passed_dmarc: aggregatedPercent(options, key, 'passed_dmarc', totals.volume, totals.dmarc),
    passed_spf: aggregatedPercent(options, key, 'passed_spf', totals.volume, totals.spf),
    passed_dkim: aggregatedPercent(options, key, 'passed_dkim', totals.volume, totals.dkim),
    domain: source.domain,
    country: source.place.country,
    country_code: source.place.countryCode,
    city: source.place.city,
    ...favoriteForm(options, key, source.favorite),
  };
  return finishRow(options, key, row, source.edits);
}

function aggregatedPercent(
  options: SandboxOptions,
  key: string,
  field: string,
  volume: number,
  rate: number,
): unknown {
  const unknowable = volume === 0 && options.percent === 'mixed';
  return unknowable ? null : percentForm(options, key, field, rate);
}

/** A record as the details of its IP serve it. */
export function recordRow(options: SandboxOptions, source: Source, facts: RecordFacts): unknown {
  const { id } = facts;
  const shown = facts.showsPlace;
  const row = {
    id,
    ip_address: facts.ip,
    ip_domain: source.domain,
    total_volume: facts.volume,
    passed_dmarc: percentForm(options, id, 'passed_dmarc', facts.dmarc),
    passed_spf: percentForm(options, id, 'passed_spf', facts.spf),
    spf_domain: facts.spfDomain,
    aligned_spf: alignedForm(options, id, 'aligned_spf', facts.spfAligned),
    passed_dkim: percentForm(options, id, 'passed_dkim', facts.dkim),
    aligned_dkim: alignedForm(options, id, 'aligned_dkim', facts.dkimAligned),
    dkim_domain: facts.dkimDomain,
    created_at: timestamp(facts.day * DAY_MS),
    applied_policy: facts.policy,
    override_reason: facts.overrideReason,
    override_comment: facts.overrideComment,
    domain: shown ? source.domain : null,
    country: shown ? source.place.country : null,
    country_code: shown ? source.place.countryCode : null,
    city: shown ? source.place.city : null,
    report_source: facts.reporter,
    ...(facts.spfAuth === undefined ? {} : { spf_auth: facts.spfAuth }),
    ...(facts.dkimAuth === undefined ? {} : { dkim_auth: facts.dkimAuth }),
  };
  return finishRow(options, id, row, facts.edits);
}

/** A reporter as report-sources serves it. */
export function sourceRow(
  options: SandboxOptions,
  monitor: Monitor,
  reporter: string,
  reports: number,
): unknown {
  return finishRow(options, `${monitor.id} ${reporter}`, { report_source: reporter, reports });
}

/** Sums of some records; the rates are 0 when there is no volume. */
export function totalsOf(records: readonly RecordFacts[]): Totals {
  const sums = { volume: 0, dmarc: 0, spf: 0, dkim: 0 };
  for (const facts of records) {
    sums.volume += facts.volume;
    sums.dmarc += facts.volume * facts.dmarc;
    sums.spf += facts.volume * facts.spf;
    sums.dkim += facts.volume * facts.dkim;
  }
  const rate = (weighted: number) => (sums.volume === 0 ? 0 : Math.round((weighted / sums.volume) * 10) / 10);
  return { volume: sums.volume, dmarc: rate(sums.dmarc), spf: rate(sums.spf), dkim: rate(sums.dkim) };
}
