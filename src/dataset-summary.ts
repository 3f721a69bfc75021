/** What a published version says about itself in its manifest, so that it can be told without opening a database. */
export interface DatasetSummary {
  /** UTC day of the newest complete listing of the monitors, ISO; null before the first. */
  readonly as_of_date: string | null;
  /** The newest runs that are loaded, newest first. */
  readonly runs: readonly RunAccount[];
  readonly coverage: Coverage;
  /** What was left of the day's quota when a run last knew; null if none did. */
  readonly quota: { readonly left: number; readonly run_id: string; readonly as_of: string } | null;
}

/** How one run went. */
export interface RunAccount {
  readonly run_id: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly finished_at: string;
  readonly status: string;
  readonly stop_reason: string;
  readonly mode: string;
  readonly requests: number;
  /** Items that became or changed a row. */
  readonly news: number;
  readonly quarantined: number;
}

/**
 * How much of what the newest complete listings name is as of `as_of_date`: the details are those of that listing. Where
 * a report covers a moving window, only details that were read then are.
 */
export interface Coverage {
  readonly monitors: number;
  /** Monitors whose aggregated report was listed whole by the newest listing. */
  readonly listed_monitors: number;
  /** Source IPs that are listed and can be asked for. */
  readonly ips: number;
  readonly fresh_ips: number;
  /** Messages that the listings tell for them. */
  readonly volume: number;
  readonly fresh_volume: number;
  /** IPs whose details were never read whole. */
  readonly never: number;
  /** IPs that changed since their details were read. */
  readonly stale: number;
  /** Day on which details were read, ISO → unchanged IPs of monitors whose report covers a moving window. */
  readonly windowed: Readonly<Record<string, number>>;
}
