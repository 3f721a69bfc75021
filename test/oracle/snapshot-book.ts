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

  /** Replaces the snapshot of the run's day; of rows with one key the last wins. Returns the rows kept. */
  replace(listing: Listing, run: OracleRun): Row[] {
    const { stream, monitor_id, window_from, window_to } = listing;
    const place = JSON.stringify([stream, monitor_id, run.day]);
    const before = this.#snapshots.get(place)?.rows;
    const rows = new Map<string, Stamped>();
    for (const row of listing.rows) {
      const key = keyOf(row, listing.key);
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
