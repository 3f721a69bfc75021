import { DAY_MS, formatDay, parseDay } from './days.ts';
import type { Drift } from './drift.ts';
import type { FaultAt, Faults } from './faults.ts';
import { checkValues } from './option-checks.ts';

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

const DEFAULTS: Omit<SandboxOptions, 'today'> = {
  seed: 1,
  monitors: 3,
  ips: 25,
  days: 30,
  port: 0,
  host: '127.0.0.1',
  now: Date.now,
  oddities: false,
  steadyShare: 0.1,
  token: 'mlsn.sandbox-token',
  readOnlyToken: 'mlsn.sandbox-read-only-token',
  rateLimit: 60,
  quota: 100_000,
  quotaUsed: 0,
  headers: 'all',
  pagination: 'bare',
  percent: 'percent',
  aligned: 'boolean',
  dateFilters: 'honoured',
  sourcesNeedDates: false,
  unknownFields: false,
  order: 'natural',
  window: null,
  windowHard: false,
  faults: null,
  faultAt: null,
  drift: null,
  slowMs: 1_000,
  activeShare: 0.7,
  newIpShare: 0.02,
  lateShare: 0.05,
  changeInPlace: 0.01,
  changeAtEqualVolume: 0.001,
};

const FIXED: readonly (keyof FixedOptions)[] = [
  'seed',
  'monitors',
  'ips',
  'days',
  'today',
  'port',
  'host',
  'now',
  'oddities',
  'steadyShare',
];

/** All options, defaulted and checked. Throws a RangeError that names the option. */
export function resolveOptions(given: Partial<SandboxOptions>): SandboxOptions {
  const known = withoutUndefined(given);
  const now = known.now ?? DEFAULTS.now;
  const options = { ...DEFAULTS, today: formatDay(Math.floor(now() / DAY_MS)), ...known };
  checkOptions(options);
  if (parseDay(options.today) === null) throw new RangeError(`sandbox: today is no day: ${options.today}`);
  return options;
}

/** Changes options in place. Throws a RangeError for an option that is settled, unknown or out of bounds. */
export function patchOptions(options: SandboxOptions, patch: Partial<MutableOptions>): void {
  for (const name of Object.keys(patch)) {
    if ((FIXED as readonly string[]).includes(name) || !Object.hasOwn(options, name)) {
      throw new RangeError(`sandbox: ${name} cannot be configured while it runs`);
    }
  }
  const known = withoutUndefined(patch);
  checkOptions(known);
  Object.assign(options, known);
}

function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

/** Throws a RangeError for a name that is no option and for a value that is none of its. */
function checkOptions(options: Partial<SandboxOptions>): void {
  for (const name of Object.keys(options)) {
    if (!(name === 'today' || Object.hasOwn(DEFAULTS, name))) {
      throw new RangeError(`sandbox: no option ${name}`);
    }
  }
  checkValues(options);
}
