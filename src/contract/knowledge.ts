/**
 * What the dataset knows, as far as it decides what is worth asking for (DESIGN: Deciding what to fetch). The load
 * stage tells it, the plan reads it. Times are milliseconds since 1970-01-01 UTC.
 */

/** How a monitor's aggregated report is asked for: as the document has it, or with an early `date_from`. */
export type AggregatedForm = 'plain' | 'early';

/** How report-sources are asked for: as the document has it, or with `date_from` and `date_to`. */
export type SourcesForm = 'plain' | 'dated';

/** A monitor that was listed before. */
export interface KnownMonitor {
  readonly monitor_id: string;
  /** Whether its aggregated report still covers everything ever reported. */
  readonly is_cumulative: boolean;
  /** The form that is used; null = open, the early one is tried next. */
  readonly aggregated_form: AggregatedForm | null;
  /** The form that worked; null = not asked yet. */
  readonly sources_form: SourcesForm | null;
  /** Newest complete snapshot of its report sources; null = none. */
  readonly sources_as_of_ms: number | null;
  /** Newest complete snapshot of its aggregated report; null = none. */
  readonly snapshot_as_of_ms: number | null;
}

/** States of `meta_coverage`. */
export type CoverageState = 'current' | 'stale' | 'never' | 'gone' | 'unaskable';

/** A source IP of a monitor that was listed before. */
export interface KnownIp {
  readonly monitor_id: string;
  /** As the listing spells it. */
  readonly ip_address: string;
  readonly state: CoverageState;
  /** Of the aggregated row when its details were last complete; null = never. */
  readonly fingerprint: string | null;
  /** Of its row in the listing that the newest report sources followed; null = it was not in it, or changed since. */
  readonly listed_fingerprint: string | null;
  /** When its details were last complete; null = never. */
  readonly detail_as_of_ms: number | null;
  /** Messages and number of the stored records that were asked for under this address. */
  readonly detail_volume: number;
  readonly detail_rows: number;
  /** Messages that the newest snapshot tells for it; null = not told. */
  readonly aggregated_volume: number | null;
  /** Messages of its newest complete answer; null = there was none. */
  readonly served_volume: number | null;
}

/** Everything known about an account; empty for a new dataset. */
export interface Knowledge {
  readonly monitors: readonly KnownMonitor[];
  readonly ips: readonly KnownIp[];
}

/** Of a dataset that has nothing yet. */
export const NO_KNOWLEDGE: Knowledge = { monitors: [], ips: [] };
