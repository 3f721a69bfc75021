import type { AggregatedForm } from '../contract/knowledge.ts';

/**
 * Why an IP's details are asked for: never asked before; its aggregated row changed; the row is the same but the
 * report covers a moving window and the details are old; reading stopped before its end; or to prove that an equal row
 * means equal details.
 */
export type Reason = 'new' | 'changed' | 'aged' | 'incomplete' | 'verify';

/** The details of one source IP that are worth asking for. */
export interface DetailWork {
  readonly monitor_id: string;
  /** As the listing spells it; askable. */
  readonly ip_address: string;
  readonly reason: Reason;
  /** Of tonight's aggregated row. */
  readonly fingerprint: string;
  readonly form: AggregatedForm;
  /** Page to begin with: from there to the end, then from 1 up to there. */
  readonly first_page: number;
  /**
   * Page on which rows would stand that were added at the end; where the pages so far bring nothing new, reading goes on
   * there and leaves those between for later. Null = no such jump.
   */
  readonly tail_page: number | null;
  /** Pages that it will probably take. */
  readonly expected_pages: number;
  /** The sum of the records' volumes at which reading stops; null = it is read to its end. */
  readonly enough_volume: number | null;
  /** Messages that the listing tells for it; null = it does not tell. */
  readonly listed_volume: number | null;
  /** Whether records of it are stored, which count in that sum. */
  readonly has_stored: boolean;
}
