import type { SandboxOptions } from './options.ts';

/** One raw authentication result, as served. */
export interface AuthResult {
  type: string;
  result: string | null;
  domain: string | null;
  selector: string | null;
}

/** Corrections to a row after it was written in its normal form. */
export interface RowEdits {
  /** Values that replace or add fields. */
  set?: Record<string, unknown>;
  /** Fields that are left out. */
  omit?: string[];
  /** Served instead of the whole row. */
  instead?: { value: unknown };
}

/** A detail record before it is put into one of the served forms. Rates are percent, 0 to 100. */
export interface RecordFacts {
  id: string;
  ip: string;
  /** Day it is about, days since 1970. */
  day: number;
  /** Day from which on it is visible. */
  arrives: number;
  volume: number;
  dmarc: number;
  spf: number;
  dkim: number;
  spfAligned: boolean;
  dkimAligned: boolean;
  spfDomain: string | null;
  dkimDomain: string | null;
  policy: string | null;
  overrideReason: string | null;
  overrideComment: string | null;
  reporter: string;
  /** undefined = the field is absent. */
  spfAuth: AuthResult[] | null | undefined;
  dkimAuth: AuthResult[] | null | undefined;
  /** Whether the record shows the place and domain of its IP. */
  showsPlace: boolean;
  edits: RowEdits;
}

export type SenderKind = 'esp' | 'corporate' | 'forwarder' | 'spoofer' | 'misconfigured';

/** Where an IP is, as the API says. */
export interface Place {
  country: string | null;
  countryCode: string | null;
  city: string | null;
}

/** A source IP of a monitor with all its records, also those that are not visible yet. */
export interface Source {
  ip: string;
  index: number;
  kind: SenderKind;
  /** Several records a day rather than one or two. */
  heavy: boolean;
  /** Exactly the same traffic every day. */
  steady: boolean;
  /** Messages of an ordinary day. */
  dailyVolume: number;
  domain: string | null;
  place: Place;
  favorite: boolean;
  /** First day with traffic. */
  since: number;
  records: RecordFacts[];
  /** Listed, but its details answer 404. */
  gone: boolean;
  edits: RowEdits;
}

/** A domain of the account, as served. */
export interface DomainFacts {
  id: string;
  name: string;
  created_at: string;
  updated_at: string;
}

export type PolicyWord = 'none' | 'quarantine' | 'reject';

/** A monitor with its sources. */
export interface Monitor {
  id: string;
  index: number;
  domain: DomainFacts;
  /** What receivers are asked to do with mail that fails. */
  policy: PolicyWord;
  dmarcRecord: string | null;
  wantedRecord: string | null;
  dmarcValid: boolean;
  checkedAt: string | null;
  spfRecord: string | null;
  spfStatus: string;
  createdAt: string;
  updatedAt: string;
  sources: Map<string, Source>;
  /** Aggregated rows that are no rows. */
  strayRows: unknown[];
  edits: RowEdits;
}

/** The state that requests read and writes change. */
export interface Account {
  options: SandboxOptions;
  /** Days since 1970. */
  today: number;
  /** In order of creation. */
  monitors: Monitor[];
  /** Domains without a monitor. */
  spareDomains: DomainFacts[];
  /** Rises with every change of data or options: listings are kept as long as it stays. */
  version: number;
  /** Monitors ever made: the next one's index. */
  made: number;
}

/** The monitor of that id, if there is one. */
export function findMonitor(account: Account, id: string): Monitor | undefined {
  return account.monitors.find((monitor) => monitor.id === id);
}
