import { dayText } from '../moments.ts';
import type { Row } from '../row.ts';
import { distinct, groups, ratio, sum } from './cells.ts';
import type { RecordFacts } from './record-facts.ts';

const ROLLING_DAYS = 7;
const SETTLED_AFTER_DAYS = 3;

/** `v_domain_daily`: each monitor's days from its first record to today, also the quiet ones. */
export function domainDaily(records: readonly RecordFacts[], today: number): Row[] {
  return groups(records, ({ monitor_id }) => [monitor_id]).flatMap((own) => {
    const first = Math.min(...own.map(({ report_day }) => report_day));
    return Array.from({ length: Math.max(0, today - first + 1) }, (_, index) =>
      dayRow(own, first + index, today),
    );
  });
}

function dayRow(own: readonly [RecordFacts, ...RecordFacts[]], day: number, today: number): Row {
  const rows = own.filter(({ report_day }) => report_day === day);
  const week = own.filter(({ report_day }) => report_day <= day && report_day > day - ROLLING_DAYS);
  const volume = sum(rows, (row) => row.volume);
  const pass_volume = sum(rows, (row) => row.pass_volume);
  const doneTo = (action: string) => sum(rows, (row) => (row.policy_action === action ? row.volume : 0));
  return {
    monitor_id: own[0].monitor_id,
    domain_name: own[0].domain_name,
    report_date: dayText(day),
    report_day: day,
    is_settled: today - day > SETTLED_AFTER_DAYS,
    volume,
    pass_volume,
    fail_volume: volume - pass_volume,
    pass_rate: ratio(pass_volume, volume),
    spf_rate: ratio(
      sum(rows, (row) => row.spf_aligned_volume),
      volume,
    ),
    dkim_rate: ratio(
      sum(rows, (row) => row.dkim_aligned_volume),
      volume,
    ),
    pass_rate_7d: ratio(
      sum(week, (row) => row.pass_volume),
      sum(week, (row) => row.volume),
    ),
    both_volume: sum(rows, (row) => row.both_volume),
    dkim_only_volume: sum(rows, (row) => row.dkim_only_volume),
    spf_only_volume: sum(rows, (row) => row.spf_only_volume),
    quarantined_volume: doneTo('quarantine'),
    rejected_volume: doneTo('reject'),
    source_ips: distinct(rows, (row) => row.ip_canonical),
    reporters: distinct(rows, (row) => row.reporter),
  };
}
