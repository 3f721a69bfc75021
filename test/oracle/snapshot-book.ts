import { keyOf, type Row } from './row.ts';
import type { OracleRun } from './run.ts';
import { type Stamped, stamp, unstamp } from './stamped.ts';

/** A complete listing as one was read. */
export interface Listing {
  readonly stream: 'monitors' | 'aggregated_reports' | 'report_sources';
  /** `''` for the monitors themselves. */
  readonly monitor_id: string;
  readonly rows: readonly Row[];
  readonly key: readonly string[];
  readonly window_from: string | null;
  readonly window_to: string | null;
}

interface Snapshot {
  readonly meta: Row;
  readonly rows: ReadonlyMap<string, Stamped>;
}

/** The snapshots of all days: one a day, stream and monitor, the newest of the day. */
export class SnapshotBook {
  readonly #snapshots = new Map<string, Snapshot>();

  /** Replaces the snapshot of the run's day; rows with one key are one, with the sum of what they count. Returns the rows kept. */
  replace(listing: Listing, run: OracleRun): Row[] {
    const { stream, monitor_id, window_from, window_to } = listing;
    const place = JSON.stringify([stream, monitor_id, run.day]);
    const before = this.#snapshots.get(place)?.rows;
    const rows = new Map<string, Stamped>();
    for (const [key, same] of sameKeys(listing)) {
      const row = together(same);
      const dated = { snapshot_date: run.day, ...row, window_from, window_to };
      rows.set(key, stamp(dated, run.run_id, before?.get(key)));
    }
    const count = BigInt(rows.size);
    const meta = { monitor_id, stream, snapshot_date: run.day, rows: count, window_from, window_to };
    this.#snapshots.set(place, { meta, rows });
    return [...rows.values()].map(({ row }) => row);
  }

  /** `meta_snapshots` without as_of. */
  meta(): Row[] {
    return [...this.#snapshots.values()].map(({ meta }) => meta);
  }

  /** The rows of all snapshots of a stream. */
  rows(stream: Listing['stream']): Row[] {
    const snapshots = [...this.#snapshots.values()].filter(({ meta }) => meta.stream === stream);
    return snapshots.flatMap(({ rows }) => [...rows.values()].map(unstamp));
  }
}

function sameKeys({ rows, key }: Listing): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(keyOf(row, key), [...(found.get(keyOf(row, key)) ?? []), row]);
  return found;
}

/** The last of several rows, with their counts added up and their rates weighted by them. */
function together(rows: readonly Row[]): Row {
  const last = rows.at(-1) ?? {};
  if (rows.length === 1) return last;
  const count = ['total_volume_as_of', 'reports_as_of'].find((name) => name in last) ?? '';
  const told = rows.flatMap((row) => (typeof row[count] === 'bigint' ? [{ row, volume: row[count] }] : []));
  const summed = told.length === 0 ? null : told.reduce((sum, { volume }) => sum + volume, 0n);
  const rates = ['dmarc_pass_rate', 'spf_pass_rate', 'dkim_pass_rate'].filter((name) => name in last);
  const weighted = rates.map((name) => {
    const known = told.filter(({ row }) => typeof row[name] === 'number');
    const weight = known.reduce((sum, { volume }) => sum + Number(volume), 0);
    const passed = known.reduce((sum, { row, volume }) => sum + Number(volume) * Number(row[name]), 0);
    return [name, weight === 0 ? null : passed / weight];
  });
  return { ...last, [count]: summed, ...Object.fromEntries(weighted) };
}
