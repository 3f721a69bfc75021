/** How a run ended: what `run` resolves to, `--json` prints, and the summary tells. */
export interface RunSummary {
  readonly run_id: string;
  readonly status: 'ok' | 'partial' | 'interrupted' | 'failed';
  readonly stop_reason: 'done' | 'quota' | 'max_requests' | 'deadline' | 'errors' | 'signal';
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly finished_at: string;
  /** `YYYY-MM-DD`: what views call today. */
  readonly as_of_date: string | null;
  readonly out: string;
  /** Directory of the published version; null if nothing was published. */
  readonly version_dir: string | null;
  readonly requests: number;
  readonly retries: number;
  readonly rate_limited: number;
  readonly waited_ms: number;
  readonly quota_before: number | null;
  readonly quota_after: number | null;
  readonly bytes: number;
  readonly items: {
    readonly inserted: number;
    readonly changed: number;
    readonly identical: number;
    readonly superseded: number;
    readonly set_aside: number;
    readonly quarantined: number;
  };
  /** Table → rows of the published version. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: { readonly written: number; readonly linked: number };
  /** Checks that found something; those of severity `error` were accepted. */
  readonly failed_checks: readonly {
    readonly name: string;
    readonly severity: 'error' | 'warn';
    readonly violations: number;
  }[];
  readonly warnings: readonly string[];
}
