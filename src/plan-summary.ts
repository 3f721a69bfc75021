/** Source IPs of one reason, and the pages their details will probably take. */
export interface PlannedWork {
  readonly ips: number;
  readonly pages: number;
}

/** What a run would fetch, and what it would cost: what `plan` prints. */
export interface PlanSummary {
  readonly run_id: string;
  /** Monitors and source IPs that were listed. */
  readonly monitors: number;
  readonly ips: number;
  /** Details by reason: new, changed, aged, incomplete, verify. */
  readonly details: Readonly<Record<string, PlannedWork>>;
  /** Monitors whose report sources would be asked for. */
  readonly sources: number;
  /** Requests that the listing has cost. */
  readonly listing_requests: number;
  /** Requests that a run would spend beside its own listing; at least, where an IP was never read. */
  readonly requests: number;
  /** Minutes that a run would take, its listing included, at the account's rate. */
  readonly minutes: number;
  /** Requests left today; null if the API does not say. */
  readonly quota_left: number | null;
  /** Part of what is left that a run would take, its listing included; null if not known. */
  readonly quota_share: number | null;
  /** Whether all monitors were listed. */
  readonly is_complete: boolean;
  readonly warnings: readonly string[];
}
