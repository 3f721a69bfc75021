import type { RunSummary } from './run-summary.ts';

/** How a replay ended: what `replay` resolves to, `--json` prints, and the summary tells. */
export interface ReplaySummary {
  /** Names the version; no journal and no row of `meta_runs` has it. */
  readonly run_id: string;
  readonly out: string;
  readonly version_dir: string;
  /** Journals that were loaded. */
  readonly journals: number;
  /** `YYYY-MM-DD`: the days on which the first and the last of their runs started. */
  readonly first_day: string;
  readonly last_day: string;
  /** Runs that the dataset published before contains and that have no journal any more. */
  readonly runs_without_journal: readonly string[];
  /** Table → rows of the published version. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: { readonly written: number; readonly linked: number };
  /** Checks that found something, accepted ones included. */
  readonly failed_checks: RunSummary['failed_checks'];
  readonly warnings: readonly string[];
}
