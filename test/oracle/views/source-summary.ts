import type { Row } from '../row.ts';
import { distinct, groups, last, passRate, ratio, sum } from './cells.ts';
import type { RecordFacts } from './record-facts.ts';
import { classKey, type SourceClass } from './source-class.ts';
import { volumes } from './source-daily.ts';

const WINDOW_DAYS = 30;

/** `v_source_summary`: every source with its volume, outcomes and class. */
export function sourceSummary(
  records: readonly RecordFacts[],
  classes: ReadonlyMap<string, SourceClass>,
  today: number,
): Row[] {
  return groups(records, ({ monitor_id }) => [monitor_id]).flatMap((monitor) => {
    const monitorVolume = sum(monitor, (row) => row.volume);
    return groups(monitor, ({ ip_canonical }) => [ip_canonical]).map((rows) => ({
      ...summaryRow(rows, classes.get(classKey(rows[0].monitor_id, rows[0].ip_canonical)), today),
      volume_share: ratio(
        sum(rows, (row) => row.volume),
        monitorVolume,
      ),
    }));
  });
}

function summaryRow(
  rows: readonly [RecordFacts, ...RecordFacts[]],
  found: SourceClass | undefined,
  today: number,
): Row {
  const recent = rows.filter(({ report_day }) => report_day <= today && report_day > today - WINDOW_DAYS);
  const sums = volumes(rows);
  const days = rows.map(({ report_date }) => report_date).sort();
  return {
    monitor_id: rows[0].monitor_id,
    domain_name: rows[0].domain_name,
    ip_canonical: rows[0].ip_canonical,
    ip_version: rows[0].ip_version,
    ip_network: last(rows.map((row) => row.ip_network)),
    ip_scope: rows[0].ip_scope,
    source_domain: last(rows.map((row) => row.source_domain)),
    country_code: last(rows.map((row) => row.country_code)),
    is_favorite: found?.is_favorite ?? false,
    class: found?.class ?? 'no_messages',
    confidence: found?.confidence ?? 'low',
    is_known: found?.is_known ?? false,
    ...sums,
    pass_rate: passRate(rows),
    recent_volume: sum(recent, (row) => row.volume),
    recent_fail_volume: sum(recent, (row) => row.fail_volume),
    first_date: days[0] ?? null,
    last_date: days.at(-1) ?? null,
    days_active: distinct(rows, (row) => row.report_day),
    reporters: distinct(rows, (row) => row.reporter),
  };
}
