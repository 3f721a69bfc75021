import type { Drift } from './drift.ts';
import type { FaultAt, Faults } from './faults.ts';

/** The forms that real answers take (FACTS.md) and the sizes and speeds of the account. */
export interface SandboxOptions extends FixedOptions, MutableOptions {}

/** What is settled when the sandbox starts. */
export interface FixedOptions {
  /** The whole account is a function of this number and the sizes below. */
  seed: number;
  monitors: number;
  /** Source IPs a monitor, all listed from the start unless a window hides them. */
  ips: number;
  /** Days of history, today included. */
  days: number;
  /** The account's first today, `YYYY-MM-DD`; the UTC day of `now` by default. */
  today: string;
  /** 0 = any free port. */
  port: number;
  /** Loopback only. */
  host: string;
  /** The server's clock, milliseconds since 1970: Date header, rate windows, quota day, time stamps of writes. */
  now: () => number;
  /** Adds what no sane API would serve (see oddities.ts). */
  oddities: boolean;
  /** Share of the IPs with exactly the same traffic every day, never late, never changed. */
  steadyShare: number;
}

/** What `configure` may change while the sandbox runs. */
export interface MutableOptions {
  /** Bearer token with the scope dmarc_monitoring_full. */
  token: string;
  /** Bearer token with the scope dmarc_monitoring_read. */
  readOnlyToken: string;
  /** Requests a minute; 0 = no limit. */
  rateLimit: number;
  /** Requests a UTC day. */
  quota: number;
  /** Requests of the current day that are already used. */
  quotaUsed: number;
  /** Whether answers carry the rate and quota headers. */
  headers: 'all' | 'none';
  pagination: 'bare' | 'links' | 'total';
  percent: 'percent' | 'number' | 'text' | 'mixed';
  aligned: 'boolean' | 'number' | 'text' | 'mixed';
  /** What becomes of date_from and date_to on report and report/{ip}; refused = 422. */
  dateFilters: 'honoured' | 'ignored' | 'refused';
  /** report-sources without dates answers 422. */
  sourcesNeedDates: boolean;
  unknownFields: boolean;
  order: 'natural' | 'reverse' | 'shuffled';
  /** Days that aggregated reports, details and sources cover, today included; null = all. */
  window: number | null;
  /** Whether honoured dates reach no further back than the window either. */
  windowHard: boolean;
  faults: Faults | null;
  /** Named faults, asked before `faults`; in-process only. */
  faultAt: FaultAt | null;
  drift: Drift | null;
  /** Real milliseconds by which a slow answer is late. */
  slowMs: number;
  /** Share of the IPs that get new records on advanceDay (exact, rounded; steady ones aside). */
  activeShare: number;
  /** New IPs an advanceDay, as a share of the monitor's. */
  newIpShare: number;
  /** Share of new records that become visible 1 to 3 days after their day. */
  lateShare: number;
  /** Share of the visible records whose volume grows on advanceDay. */
  changeInPlace: number;
  /** Share of the visible records that change on advanceDay at the same volume. */
  changeAtEqualVolume: number;
}
