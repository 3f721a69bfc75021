import { dayText } from '../moments.ts';
import type { Row, Tables } from '../row.ts';
import { alignedRate, distinct, groups, numberOf, passRate, sum, textOf } from './cells.ts';
import type { RecordFacts } from './record-facts.ts';

const ROLLING_DAYS = 7;
const SETTLED_AFTER_DAYS = 3;

/**
 * `v_domain_daily`: each monitor's days from its first record to today, or to the newest record of all, also the quiet
 * ones; of a replaced monitor up to its last record.
 */
export function domainDaily(tables: Tables, records: readonly RecordFacts[], today: number): Row[] {
  const newest = (tables.report_records ?? []).reduce(
    (latest, { report_day }) => Math.max(latest, numberOf(report_day) ?? 0),
    today,
  );
  const replaced = new Set(
    (tables.monitors ?? []).flatMap((row) => (textOf(row.replaced_by) === null ? [] : [row.monitor_id])),
  );
  return groups(records, ({ monitor_id }) => [monitor_id]).flatMap((own) => {
    const last = Math.max(...own.map(({ report_day }) => report_day));
    const end = replaced.has(own[0].monitor_id) ? last : newest;
    const first = Math.min(...own.map(({ report_day }) => report_day));
    return Array.from({ length: end - first + 1 }, (_, index) => dayRow(own, first + index, today));
  });
}

function dayRow(own: readonly [RecordFacts, ...RecordFacts[]], day: number, today: number): Row {
  const rows = own.filter(({ report_day }) => report_day === day);
  const week = own.filter(({ report_day }) => report_day <= day && report_day > day - ROLLING_DAYS);
  const doneTo = (action: string) => sum(rows, (row) => (row.policy_action === action ? row.volume : 0));
  return {
    monitor_id: own[0].monitor_id,
    domain_name: own[0].domain_name,
    report_date: dayText(day),
    report_day: day,
    is_settled: today - day > SETTLED_AFTER_DAYS,
    volume: sum(rows, (row) => row.volume),
    pass_volume: sum(rows, (row) => row.pass_volume),
    fail_volume: sum(rows, (row) => row.fail_volume),
    unknown_volume: sum(rows, (row) => row.unknown_volume),
    pass_rate: passRate(rows),
    spf_rate: alignedRate(rows, (row) => row.spf_aligned_volume),
    dkim_rate: alignedRate(rows, (row) => row.dkim_aligned_volume),
    pass_rate_7d: passRate(week),
    both_volume: sum(rows, (row) => row.both_volume),
    dkim_only_volume: sum(rows, (row) => row.dkim_only_volume),
    spf_only_volume: sum(rows, (row) => row.spf_only_volume),
    unattributed_volume: sum(rows, (row) => row.unattributed_volume),
    quarantined_volume: doneTo('quarantine'),
    rejected_volume: doneTo('reject'),
    source_ips: distinct(rows, (row) => row.ip_canonical),
    reporters: distinct(rows, (row) => row.reporter),
  };
}
