import type { MonitorRows } from './monitor-rows.ts';
import type { Row } from './row.ts';
import type { OracleRun } from './run.ts';
import { type Stamped, stamp, unstamp } from './stamped.ts';

/** All that is kept of a monitor ever seen. */
interface MonitorEntry {
  monitor: Stamped;
  policies: readonly Stamped[];
  /** Oldest first; the last one is open while the monitor is active. */
  readonly versions: Version[];
  readonly firstSeen: string;
  lastSeen: string;
  isActive: boolean;
  /** Complete listings in a row that lacked it. */
  missed: number;
}

interface Version {
  readonly row: Row;
  readonly run_id: string;
  readonly from: string;
  to: string | null;
}

/** Columns whose change makes a new version of a monitor's records. */
const VERSIONED = ['dmarc_record', 'wanted_dmarc_record', 'dmarc_valid', 'spf_record', 'spf_status'] as const;

/** The monitors over all runs: `monitors`, `monitor_history` and `dmarc_policies`. */
export class MonitorBook {
  readonly #entries = new Map<string, MonitorEntry>();

  /** Takes over a listing; only a complete one says that a monitor is missing. */
  afterListing(listed: ReadonlyMap<string, MonitorRows>, run: OracleRun): void {
    for (const rows of listed.values()) this.#see(rows, run);
    if (run.listsMonitors === false) return;
    for (const [id, entry] of this.#entries) {
      if (!listed.has(id)) miss(entry, run);
    }
  }

  monitors(): Row[] {
    return [...this.#entries.values()].map(({ monitor, isActive, firstSeen, lastSeen }) => ({
      ...unstamp(monitor),
      is_active: isActive,
      first_seen_date: firstSeen,
      last_seen_date: lastSeen,
    }));
  }

  policies(): Row[] {
    return [...this.#entries.values()].flatMap(({ policies }) => policies.map(unstamp));
  }

  /** With `version` (from 0) in place of valid_from and `is_current` in place of valid_to. */
  history(): Row[] {
    return [...this.#entries.values()].flatMap(({ versions }) => versions.map(versionRow));
  }

  #see(rows: MonitorRows, run: OracleRun): void {
    const before = this.#entries.get(rows.monitor_id);
    const policies = rows.policies.map((row, i) => stamp(row, run.run_id, before?.policies[i]));
    const entry: MonitorEntry = {
      versions: before?.versions ?? [],
      firstSeen: before?.firstSeen ?? run.day,
      monitor: stamp(rows.monitor, run.run_id, before?.monitor),
      policies,
      lastSeen: run.day,
      isActive: true,
      missed: 0,
    };
    this.#entries.set(rows.monitor_id, entry);
    addVersion(entry, rows, run);
  }
}

function miss(entry: MonitorEntry, run: OracleRun): void {
  entry.missed += 1;
  if (entry.missed < 2 || !entry.isActive) return;
  entry.isActive = false;
  closeNewest(entry, run);
}

function closeNewest({ versions }: MonitorEntry, run: OracleRun): void {
  const newest = versions.at(-1);
  if (newest !== undefined) newest.to ??= run.day;
}

function addVersion(entry: MonitorEntry, { monitor, policies }: MonitorRows, run: OracleRun): void {
  const newest = entry.versions.at(-1);
  const isOpen = newest !== undefined && newest.to === null;
  if (isOpen && VERSIONED.every((column) => newest.row[column] === monitor[column])) return;
  closeNewest(entry, run);
  entry.versions.push({
    row: contentOf(monitor, policies[0] ?? {}),
    run_id: run.run_id,
    from: run.day,
    to: null,
  });
}

function contentOf(monitor: Row, published: Row): Row {
  return {
    monitor_id: monitor.monitor_id ?? null,
    ...Object.fromEntries(VERSIONED.map((column) => [column, monitor[column] ?? null])),
    published_p: published.p ?? null,
    published_sp: published.sp ?? null,
    effective_p: published.effective_p ?? null,
    effective_sp: published.effective_sp ?? null,
    pct: published.pct ?? null,
    t: published.t ?? null,
    extra: null,
  };
}

function versionRow({ row, run_id, from, to }: Version, version: number): Row {
  return {
    ...row,
    version,
    is_current: to === null,
    valid_from_date: from,
    valid_to_date: to,
    _run_id: run_id,
  };
}
