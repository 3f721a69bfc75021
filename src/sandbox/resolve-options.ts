import { DAY_MS, formatDay, parseDay } from './days.ts';
import { checkValues } from './option-checks.ts';
import type { FixedOptions, MutableOptions, SandboxOptions } from './options.ts';

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
