import type { Stream } from '../journal/line.ts';
import type { WaitCause } from './tally.ts';

/** What a request is about. */
export interface Scope {
  readonly stream: Stream;
  /** Null for the monitors listing. */
  readonly monitor_id: string | null;
  /** Null for everything but details. */
  readonly ip: string | null;
}

/** What happens while the stage runs, for the progress display and the log. */
export type ExtractEvent =
  | { readonly type: 'monitors'; readonly monitors: number }
  | {
      readonly type: 'listing';
      readonly monitor_id: string;
      readonly ips: number;
      readonly isComplete: boolean;
    }
  | {
      readonly type: 'page';
      readonly scope: Scope;
      readonly page: number;
      readonly rows: number;
      readonly isLast: boolean;
      /** Null where the API does not tell. */
      readonly lastPage: number | null;
    }
  | {
      readonly type: 'ip-done';
      readonly monitor_id: string;
      readonly ip: string;
      readonly outcome: 'read' | 'gone' | 'skipped';
    }
  | { readonly type: 'waiting'; readonly cause: WaitCause; readonly untilMs: number }
  | {
      readonly type: 'retry';
      readonly scope: Scope;
      readonly attempt: number;
      readonly waitMs: number;
      readonly reason: string;
    }
  | {
      readonly type: 'short-listing';
      readonly scope: Scope;
      readonly rows: number;
      /** Rows that the API told of. */
      readonly total: number;
    }
  | { readonly type: 're-read'; readonly scope: Scope; readonly pass: number }
  | { readonly type: 'foreign-link'; readonly origin: string }
  | { readonly type: 'skipped'; readonly scope: Scope; readonly reason: string };
