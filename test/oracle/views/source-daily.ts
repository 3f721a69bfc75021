import type { Row } from '../row.ts';
import { groups, last, passRate, sum } from './cells.ts';
import type { RecordFacts } from './record-facts.ts';

/** `v_source_daily`: what each source sent each day, by reporter. */
export function sourceDaily(records: readonly RecordFacts[]): Row[] {
  const days = groups(records, (row) => [row.monitor_id, row.ip_canonical, row.report_date, row.reporter]);
  return days.map((rows) => ({
    monitor_id: rows[0].monitor_id,
    domain_name: rows[0].domain_name,
    ip_canonical: rows[0].ip_canonical,
    report_date: rows[0].report_date,
    report_day: rows[0].report_day,
    reporter: rows[0].reporter,
    is_settled: rows[0].is_settled,
    source_domain: last(rows.map((row) => row.source_domain)),
    ...volumes(rows),
    pass_rate: passRate(rows),
    records: rows.length,
  }));
}

/** The sums that views of sources have in common. */
export function volumes(rows: readonly RecordFacts[]) {
  const where = (isMeant: (row: RecordFacts) => boolean) => sum(rows.filter(isMeant), (row) => row.volume);
  return {
    volume: sum(rows, (row) => row.volume),
    pass_volume: sum(rows, (row) => row.pass_volume),
    fail_volume: sum(rows, (row) => row.fail_volume),
    unknown_volume: sum(rows, (row) => row.unknown_volume),
    both_volume: sum(rows, (row) => row.both_volume),
    dkim_only_volume: sum(rows, (row) => row.dkim_only_volume),
    spf_only_volume: sum(rows, (row) => row.spf_only_volume),
    unattributed_volume: sum(rows, (row) => row.unattributed_volume),
    quarantined_volume: where((row) => row.policy_action === 'quarantine'),
    rejected_volume: where((row) => row.policy_action === 'reject'),
    overridden_volume: where((row) => row.override_reason !== null),
  };
}
