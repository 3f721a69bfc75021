import type { Row, Tables } from '../row.ts';

/** The aggregated rows of each monitor's newest complete listing; none if that was empty. */
export function newestListing(tables: Tables): Row[] {
  const newest = new Map<unknown, string>();
  for (const { stream, monitor_id, snapshot_date } of tables.meta_snapshots ?? []) {
    const day = String(snapshot_date);
    if (stream === 'aggregated_reports' && day > (newest.get(monitor_id) ?? '')) newest.set(monitor_id, day);
  }
  return (tables.aggregated_reports ?? []).filter((row) => row.snapshot_date === newest.get(row.monitor_id));
}
