/**
 * The lines of a journal (CONTRACT: Journal). A journal is a header, a line for every attempt in the order the
 * answers were received, and a footer. It is the only input of load and replay.
 */

export const JOURNAL_FORMAT = 1;

/** What the API is asked for; also the stream names in `meta_*` tables. */
export type Stream = 'monitors' | 'aggregated_reports' | 'report_records' | 'report_sources';

/** Whose time a run has: both clocks agree, the API's because they do not, or our own because the API told none. */
export type TimeSource = 'agreed' | 'api' | 'own';

export type RunMode = 'incremental' | 'full' | 'replay';
export type RunStatus = 'ok' | 'partial' | 'interrupted' | 'failed';
export type StopReason = 'done' | 'quota' | 'max_requests' | 'deadline' | 'errors' | 'signal';

/** First line. */
export interface JournalHeader {
  readonly v: number;
  readonly type: 'header';
  /** `YYYYMMDDTHHMMSSZ-xxxx`. */
  readonly run_id: string;
  readonly program_version: string;
  readonly mode: RunMode;
  /** ISO 8601, UTC. Its day is the `snapshot_date` of every listing in this journal. */
  readonly started_at: string;
  /**
   * Position among the journals of the dataset, from 1: their order, whatever clocks said. Absent from those of older
   * programs, which come before all that have one.
   */
  readonly run_number?: number;
  /** Whose time the run had; `own` (and absent) = no Date of the API confirmed it. */
  readonly time_source?: TimeSource;
  /** Scheme, host and port of the API, e.g. `https://api.mailersend.com`. */
  readonly api_origin: string;
  /** Requests left today before the run; null if the API did not say. */
  readonly quota_before: number | null;
}

/** One attempt at one request, answered or not. */
export interface Attempt {
  readonly v: number;
  /** 1-based position among the attempts of this journal. */
  readonly seq: number;
  readonly stream: Stream;
  /** Null for the monitors listing. */
  readonly monitor_id: string | null;
  /** The listing's `ip_address` whose details were asked for; null for the other streams. */
  readonly ip: string | null;
  /** 1-based page number. */
  readonly page: number;
  /** Nothing more of this scope is to be asked: with status 200 it was read to its end. */
  readonly is_last: boolean;
  /** Of the aggregated row that caused a detail request; null for the other streams. */
  readonly fingerprint: string | null;
  /** ISO 8601, UTC, when the answer (or the failure) was there. */
  readonly received_at: string;
  /** HTTP status: 200, or 204 for an empty listing without a body; 0 when no complete answer came. */
  readonly status: number;
  readonly duration_ms: number;
  /** The query as sent, page and limit included. */
  readonly params: Readonly<Record<string, string>>;
  /** Why an attempt failed, in the program's words or the API's `#MS` code; absent when it did not. */
  readonly error?: string;
  /** For status 200 only: the answer's own JSON. */
  readonly body?: unknown;
}

/** Last line. A journal without one belongs to a run that was interrupted. */
export interface JournalFooter {
  readonly v: number;
  readonly type: 'footer';
  readonly status: RunStatus;
  readonly stop_reason: StopReason;
  readonly finished_at: string;
  readonly requests: number;
  readonly retries: number;
  readonly rate_limited: number;
  readonly waited_ms: number;
  readonly quota_after: number | null;
  readonly bytes: number;
}

export type JournalLine = JournalHeader | Attempt | JournalFooter;

/** The header as its writer gives it. */
export type HeaderFields = Omit<JournalHeader, 'v' | 'type'>;
/** An attempt as its writer gives it: the journal adds the version, the number and the body. */
export type AttemptFields = Omit<Attempt, 'v' | 'seq' | 'body'>;
/** The footer as its writer gives it. */
export type FooterFields = Omit<JournalFooter, 'v' | 'type'>;

/** Whether the line is the first. */
export function isHeader(line: JournalLine): line is JournalHeader {
  return 'type' in line && line.type === 'header';
}

/** Whether the line is the last. */
export function isFooter(line: JournalLine): line is JournalFooter {
  return 'type' in line && line.type === 'footer';
}

/** Whether the line is an attempt. */
export function isAttempt(line: JournalLine): line is Attempt {
  return !('type' in line);
}
