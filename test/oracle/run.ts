/** The answer to another form of a request than the plain one of the truth. */
export interface OtherAnswer {
  readonly rows: readonly unknown[];
  /** Days asked for, `YYYY-MM-DD`. */
  readonly window_from: string | null;
  readonly window_to: string | null;
}

/** A run as the oracle must know it. */
export interface OracleRun {
  readonly run_id: string;
  /** UTC day on which the run started; answers are taken to be received on it too. */
  readonly day: string;
  /** False = the monitors listing was not read to its end (default true). */
  readonly listsMonitors?: boolean;
  /** Monitors whose aggregated report was read to its end; default all that are listed. */
  readonly aggregatedOf?: ReadonlySet<string>;
  /** Monitors whose aggregated report was asked for with dates, with what was answered. */
  readonly datedAggregatedOf?: ReadonlyMap<string, OtherAnswer>;
  /** Monitors whose report sources were read; default all that are listed. */
  readonly sourcesOf?: ReadonlySet<string>;
  /** Whether the details of an IP were read to their end in this run; default always. */
  readonly isRead?: (monitorId: string, ip: string) => boolean;
}
