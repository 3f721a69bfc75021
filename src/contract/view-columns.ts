import type { Field } from 'apache-arrow';
import { aggregatedReports } from './aggregated-reports.ts';
import { dmarcPolicies } from './dmarc-policies.ts';
import { monitors } from './monitors.ts';
import { reportRecords } from './report-records.ts';
import type { TableContract } from './table.ts';

/**
 * What the columns of the views mean. A name means the same in every view; where a view is more precise, or differs,
 * {@link ONE_VIEW} says so. Volumes are messages, shares and rates are 0 to 1, days are UTC days.
 */
const ANY_VIEW: Readonly<Record<string, string>> = {
  ...described(monitors, 'monitor_id domain_name is_active last_seen_date'),
  ...described(monitors, 'dmarc_record wanted_dmarc_record dmarc_valid spf_record spf_status'),
  ...described(dmarcPolicies, 'errors p sp np pct t fo rua ruf effective_p effective_sp'),
  ...described(aggregatedReports, 'snapshot_date country city is_favorite window_from window_to'),
  ...described(reportRecords, 'record_id requested_ip ip_address ip_version ip_network ip_scope report_date'),
  ...described(reportRecords, 'report_day created_at dkim_domain'),
  adkim: 'DKIM alignment in force, the default applied: r or s; NULL without a record',
  aspf: 'SPF alignment in force, the default applied: r or s; NULL without a record',
  anomaly_date: 'Day it happened; of comparisons of weeks, today',
  as_of_date: 'Newest complete listing of the monitors: what views call today',
  at_risk_volume: 'Failing messages that a stricter policy would newly block',
  baseline: 'What volume is compared with; NULL where the rule compares nothing',
  blocked_volume: 'Failing messages that receivers quarantined or rejected',
  blockers: 'What stands against p=reject, joined by "; "; NULL if nothing does',
  both_volume: 'Messages with SPF and DKIM aligned',
  class:
    'What the source may be: known, forwarder_declared, forward_like, dkim_only_sender, authorised, misconfigured, threat_or_unknown, no_verdict or no_messages',
  comment_class: 'What the comment says: none, arc_pass, arc_fail or other',
  confidence: 'How far the class of the source can be trusted: high, medium or low',
  country_code: 'ISO 3166 code of the country, in upper case; (unknown) if none is known',
  current_ips: 'Sources whose details are complete and up to date',
  days_active: 'Days with a record',
  days_of_data: 'Days from the first messages of the window to today',
  days_silent: 'Days since last_date',
  days_since_last_record: 'Days since last_record_date',
  days_with_data: 'Days of the window with messages',
  deviation:
    'as_expected, stricter_than_policy, enforced_despite_pass, override, test_mode, sampled_out, unexplained_leniency, unknown_policy, unknown_action or unknown_verdict',
  dkim_aligned_volume: 'Messages with DKIM aligned; NULL where that is not known',
  dkim_only_volume: 'Messages with DKIM aligned and SPF not',
  dkim_rate: 'Share with DKIM aligned of the messages of which that is known; NULL without any',
  dkim_reason:
    'What DKIM says: dkim_pass_unaligned, dkim_temperror, dkim_permerror, dkim_invalid or no_dkim_signature',
  drifted_tags: 'Tags whose difference from the wanted record is of high severity',
  enforcement_level: '0 none, 1 partial, 2 quarantine, 3 reject; NULL without a record',
  error_messages: 'Of those, messages whose check ended in an error',
  evidence: 'What the class rests on, in words',
  expected_action: 'What the policy asks receivers to do; NULL where no policy, or no verdict, is known',
  aggregated_snapshot_date: 'Newest complete listing of the sources',
  fail_forwarded_volume: 'Failing messages of sources that look like forwarders',
  fail_known_volume: 'Failing messages of known sources',
  fail_messages: 'Of those, messages whose check failed otherwise',
  fail_unknown_volume: 'Failing messages of all other sources',
  fail_volume: 'Messages that failed DMARC: neither SPF nor DKIM aligned',
  favorite_ips: 'Source IPs that are marked as favourites',
  first_date: 'Day of the first record',
  first_record_date: 'Day of the first record',
  first_seen_date: 'Day of the first messages',
  first_seen_day: 'first_seen_date as days since 1970-01-01',
  gone_ips: 'Sources that the API no longer tells details of, or that have no address',
  has_favorites: 'Whether any source of the domain is marked as a favourite',
  ip_canonical: 'Source IP in RFC 5952 form; (unknown) if none is told',
  is_assumed: 'Whether the policy of the day was not seen on that day, but before or after it',
  is_exact: 'Whether the volumes are counts; false if they are estimated from a rate, or not known',
  is_new: 'Whether its first day with messages is of late, and not of the first days of the monitor',
  is_known: 'Whether the source counts as yours: favourite, authorised or dkim_only_sender',
  is_own_domain: "Whether the domain is the monitor's, one below it or one above it",
  is_parked: 'Whether the domain sends no mail: its SPF record is -all only and nothing passed',
  is_settled: 'Whether no more reports of the day are expected',
  is_silent: 'Whether the reporter has told nothing for reporter_silent_days',
  is_sp_weaker: 'Whether subdomains have a weaker policy than the domain; NULL without a record',
  is_stale: 'Whether the newest listing of the sources is older than stale_after_days, or missing',
  is_volume_known: 'Whether the number of messages is told; if not, volume is 0',
  known_fail_volume: 'Messages of known sources that failed DMARC',
  known_pass_rate:
    'Share of the messages of known sources that passed, of those whose verdict is known; NULL without any',
  known_pass_rate_drop: 'Fall of that rate in the last recent_days against the rest of the window',
  known_volume: 'Messages of known sources',
  last_date: 'Day of the last record',
  last_day: 'Day of the last record up to today, as days since 1970-01-01',
  last_record_date: 'Day of the last record up to today',
  last_run_status: 'How the newest run ended: ok, partial, interrupted or failed',
  listed_ips: 'Sources that a listing told of',
  messages_with_signature:
    'Messages that carry it; a message can carry several, so this adds up to no volume',
  new_known_sources: 'Known sources that are new of late',
  newest_settled_date: 'Newest day of which no more reports are expected',
  outcome:
    'How most of the messages fared: both, dkim_only, spf_only, fail or unknown; NULL without messages',
  overall_pass_rate: 'Share of all messages whose verdict is known that passed DMARC; NULL without any',
  overridden_volume: 'Messages for which a receiver gave a reason not to apply the policy',
  override_comment: "The receiver's comment; NULL if empty",
  override_reason: 'Why the receiver did not apply the policy, in lower case; NULL if no reason was given',
  override_type:
    'forwarded, sampled_out, trusted_forwarder, mailing_list, local_policy, other, policy_test_mode, several, unknown or none',
  pass_messages: 'Of those, messages of which the raw check passed',
  pass_rate: 'Share of the messages whose verdict is known that passed DMARC; NULL without any',
  pass_rate_7d: 'pass_rate over the 7 days up to this one: summed passes over summed volume of known verdict',
  pass_volume: 'Messages that passed DMARC: SPF or DKIM aligned',
  policy_action:
    'What the receiver did: none, quarantine, reject, other or, if nobody told, unknown; RFC 9990 pass counts as none',
  policy_p: 'p tag in force; (unknown) where none is known',
  policy_pct: 'pct tag in force',
  policy_t: 't tag in force',
  prior_domain_seen: 'Whether its source domain sent before',
  prior_network_seen: 'Whether its network sent before',
  published_effective: 'Value in force of the published record, defaults applied',
  published_value: 'Value as published; NULL if the tag is absent',
  quarantined_volume: 'Messages that receivers quarantined',
  ready_for: 'Strictest policy the domain is ready for: none, quarantine or reject',
  reason: 'What to look at first: one of dkim_reason and spf_reason',
  recent_fail_volume: 'Failing messages of the last window_days',
  recent_volume: 'Messages of the last window_days',
  record_state: 'Published record: not_told, none, valid or invalid',
  records: 'Detail records',
  replaced_by: 'Newer monitor of the same domain, where this one is no longer listed; NULL = none',
  rejected_volume: 'Messages that receivers rejected',
  report_source: 'Name of the reporter as the API spells it',
  reporter: 'Who reported, in lower case; (unknown) if nobody is named',
  reporters: 'Different reporters',
  reports: "Report files in the API's window, not messages",
  rule: 'Name of the rule that found it',
  sample: 'One record, address or monitor of those found; NULL if none',
  selector: 'DKIM selector, in lower case; (unknown) if none is told',
  severity: 'How much it matters: high, medium or low',
  signing_domain: 'Domain that signed, in lower case; (unknown) if none is told',
  source_domain: 'Domain of the source, in lower case; (unknown) if none is known',
  source_ips: 'Different source IPs',
  sources_snapshot_date: 'Newest complete listing of the report sources',
  spared_volume: 'Failing messages that receivers let pass and gave a reason for',
  spf_aligned_volume: 'Messages with SPF aligned; NULL where that is not known',
  spf_domain: 'Domain SPF was checked for',
  spf_only_volume: 'Messages with SPF aligned and DKIM not',
  spf_rate: 'Share with SPF aligned of the messages of which that is known; NULL without any',
  spf_reason: 'What SPF says: spf_pass_unaligned, spf_temperror, spf_permerror, spf_fail or no_spf_result',
  status: 'same, equivalent, changed, missing_live, extra_live or not_checked',
  subject: "What it is about: an address, a country, a selector, a reporter, a record; '' = the domain",
  tag: 'Tag of the DMARC record',
  unknown_fail_volume: 'Messages of other than known sources that failed DMARC',
  unattributed_volume: 'Messages that passed DMARC, but whether by SPF, DKIM or both is not known',
  unknown_volume: 'Messages of which it is not known whether they passed DMARC',
  verdict: 'Whether the messages passed DMARC: pass, fail or unknown',
  violations: 'How many break the rule',
  volume: 'Messages',
  volume_share: "Share of the domain's messages",
  waiting_ips: 'Sources whose details are not fetched yet or not up to date',
  wanted_effective: 'Value in force of the wanted record, defaults applied; NULL if it asks for nothing',
  wanted_effective_p: 'effective_p of the wanted record',
  wanted_p: 'p tag of the wanted record',
  wanted_value: 'Value as wanted; NULL if the tag is absent',
  window_days: 'Days, today included, that the figures cover',
  worst_known_source: 'Known source with the most failing messages; NULL if none fails',
};

/** Where a column of a view is not, or not only, what its name means elsewhere. */
const ONE_VIEW: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v_aggregated_current: {
    volume: "Messages in the API's window as of snapshot_date; no volume of a day",
    pass_volume: 'Of those, messages that passed DMARC, from the rounded rate; NULL if it is not known',
  },
  v_anomalies: { volume: 'Messages of what the rule looked at; NULL where none are meant' },
  v_data_quality: {
    severity: 'warn, or info where a finding is no fault',
    volume: 'Messages that the findings hold',
  },
  v_dkim_selectors: {
    pass_rate: 'Share of messages_with_signature of which the signature passed; NULL without messages',
  },
  v_enforcement_readiness: { confidence: 'How far the data of the window suffices: high, medium or low' },
  v_failure_reasons: {
    volume: 'Messages that failed DMARC',
    overridden_volume: 'Of those, messages for which a receiver gave a reason not to apply the policy',
  },
  v_overrides: { override_reason: 'Reason that was given, in lower case; (none) if there is only a comment' },
  v_policy_drift: { severity: 'How much the difference matters: high, low or none' },
  v_reporters: {
    last_date: 'Day of the last record up to today',
    reports: "Report files in the API's window, not messages; NULL if no listing told of the reporter",
  },
  v_spf_domains: {
    messages_with_signature: 'Messages with an SPF result for the domain; these add up to no volume',
    pass_rate: 'Share of messages_with_signature of which SPF passed; NULL without messages',
    spf_domain: 'Domain SPF was checked for, in lower case; (unknown) if none is told',
  },
};

/** What a column of a view means. Throws TypeError for a column that nobody described. */
export function describeViewColumn(view: string, column: string): string {
  const description = ONE_VIEW[view]?.[column] ?? ANY_VIEW[column];
  if (description === undefined) throw new TypeError(`${view}.${column} has no description`);
  return description;
}

/** What every `view.column` and every `column` is described as. */
export function describedViewColumns(): ReadonlyMap<string, string> {
  const own = Object.entries(ONE_VIEW).flatMap(([view, columns]) =>
    Object.entries(columns).map(([column, text]) => [`${view}.${column}`, text] as const),
  );
  return new Map([...Object.entries(ANY_VIEW), ...own]);
}

/** Descriptions of columns that views take over from a table; `names` are separated by blanks. */
function described(table: TableContract, names: string): Record<string, string> {
  const fields = new Map<string, Field>(table.schema.fields.map((field) => [field.name, field]));
  const textOf = (name: string): string => {
    const text = fields.get(name)?.metadata.get('description');
    if (text === undefined) throw new TypeError(`${table.name} has no column ${name}`);
    return text;
  };
  return Object.fromEntries(names.split(' ').map((name) => [name, textOf(name)]));
}
