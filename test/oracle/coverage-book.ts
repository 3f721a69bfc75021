import type { Truth } from '../../src/sandbox/truth.ts';
import { fingerprintOf } from './aggregated-rows.ts';
import type { Row } from './row.ts';
import type { OracleRun } from './run.ts';

/** What is known of an IP of a monitor. */
interface Entry {
  readonly monitor_id: string;
  readonly ip_address: string;
  readonly ip_canonical: string;
  aggregated_volume: bigint | null;
  /** Of the newest complete listing; null = no longer listed. */
  listed: string | null;
  /** Of the listing when its details were last asked for to the end; null = never. */
  complete: string | null;
  /** Its details answered 404 when they were last asked for. */
  isWithdrawn: boolean;
}

/** `meta_coverage` over all runs, without the times of receipt. */
export class CoverageBook {
  readonly #entries = new Map<string, Entry>();

  /** Takes over a complete listing of a monitor's IPs, and what of their details was read in the run. */
  afterListing(monitorId: string, rows: readonly Row[], truth: Truth, run: OracleRun): void {
    for (const entry of this.#entries.values()) {
      if (entry.monitor_id === monitorId) entry.listed = null;
    }
    for (const row of rows) {
      const entry = this.#entryOf(monitorId, row);
      entry.listed = fingerprintOf(row);
      entry.aggregated_volume = typeof row.total_volume_as_of === 'bigint' ? row.total_volume_as_of : null;
      const isRead = run.isRead?.(monitorId, entry.ip_address) ?? true;
      if (entry.ip_address === '' || !isRead) continue;
      const answer = truth.report_records[monitorId]?.[entry.ip_address] ?? null;
      entry.complete = entry.listed;
      entry.isWithdrawn = answer === null;
    }
  }

  /** The rows; `volumes` by the JSON of monitor and address. */
  rows(volumes: ReadonlyMap<string, bigint>): Row[] {
    return [...this.#entries.values()].map((entry) => {
      const { monitor_id, ip_address, ip_canonical, aggregated_volume, complete } = entry;
      const detail_volume = volumes.get(JSON.stringify([monitor_id, ip_address])) ?? 0n;
      const state = stateOf(entry);
      return {
        monitor_id,
        ip_address,
        ip_canonical,
        fingerprint: complete,
        state,
        aggregated_volume,
        detail_volume,
      };
    });
  }

  #entryOf(monitor_id: string, row: Row): Entry {
    const ip_address = String(row.ip_address);
    const key = JSON.stringify([monitor_id, ip_address]);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      monitor_id,
      ip_address,
      ip_canonical: String(row.ip_canonical),
      aggregated_volume: null,
      listed: null,
      complete: null,
      isWithdrawn: false,
    };
    this.#entries.set(key, entry);
    return entry;
  }
}

function stateOf({ ip_address, listed, complete, isWithdrawn }: Entry): string {
  if (ip_address === '') return 'unaskable';
  if (listed === null) return 'gone';
  if (complete === null) return 'never';
  if (complete !== listed) return 'stale';
  return isWithdrawn ? 'gone' : 'current';
}
