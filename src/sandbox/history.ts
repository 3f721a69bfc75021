import { type Account, findMonitor, type Monitor, type Source } from './account.ts';
import { changeRecords } from './changes.ts';
import { parseDay } from './days.ts';
import { makeMonitor, makeSpareDomains } from './monitors.ts';
import { addOddities } from './oddities.ts';
import type { SandboxOptions } from './options.ts';
import { hash, unit } from './random.ts';
import { addRecordsOfDay } from './records.ts';
import { makeSource } from './senders.ts';

/** Share of the days of the history on which an IP has traffic. */
const PAST_ACTIVITY = 0.8;

/** Share of the IPs that are seen from the first day of the history on. */
const OLD_SHARE = 0.8;

/** The account as it is when the sandbox starts. */
export function makeAccount(options: SandboxOptions): Account {
  const account: Account = {
    options,
    today: parseDay(options.today) ?? 0,
    monitors: [],
    spareDomains: [],
    version: 0,
    made: 0,
  };
  account.spareDomains = makeSpareDomains(account);
  for (let i = 0; i < options.monitors; i += 1) addMonitorWithHistory(account, options.ips, options.days);
  if (options.oddities) addOddities(account);
  return account;
}

/** Adds a monitor with so many IPs and days of records, the last of them today. */
export function addMonitorWithHistory(account: Account, ips: number, days: number): Monitor {
  const monitor = makeMonitor(account, account.made);
  account.made += 1;
  account.monitors.push(monitor);
  for (let index = 0; index < ips; index += 1) addSourceWithHistory(account, monitor, index, days);
  account.version += 1;
  return monitor;
}

function addSourceWithHistory(account: Account, monitor: Monitor, index: number, days: number): void {
  const { seed } = account.options;
  const first = account.today - days + 1;
  const age = unit(seed, 'age', monitor.index, index) / (1 - OLD_SHARE);
  const source = makeSource(account, monitor.index, index, age < 1 ? first + Math.floor(age * days) : first);
  monitor.sources.set(source.ip, source);
  if (source.steady) source.since = first;
  for (let day = source.since; day <= account.today; day += 1) {
    const active = source.steady || unit(seed, 'past', monitor.index, index, day) < PAST_ACTIVITY;
    if (active) addRecordsOfDay(account, monitor, source, day, 'some late');
  }
  const seen = source.records.some((facts) => facts.arrives <= account.today);
  if (seen || days === 0) return;
  source.records = [];
  addRecordsOfDay(account, monitor, source, source.since, 'on the day');
}

/**
 * Another day: late records become visible, active and new IPs get records, some visible records change in place.
 * What happens is a function of the seed and the day.
 */
export function advanceAccount(account: Account): void {
  account.today += 1;
  account.version += 1;
  for (const monitor of account.monitors) {
    changeRecords(account, monitor);
    for (const source of activeSources(account, monitor)) {
      addRecordsOfDay(account, monitor, source, account.today, 'some late');
    }
    addNewSources(account, monitor);
  }
}

/** The steady IPs and exactly the active share (rounded) of the others. */
function activeSources(account: Account, monitor: Monitor): Source[] {
  const { seed, activeShare } = account.options;
  const ordinary = [...monitor.sources.values()].filter((source) => source.index >= 0);
  const steady = ordinary.filter((source) => source.steady);
  const others = ordinary
    .filter((source) => !source.steady)
    .map((source) => ({ source, rank: hash(seed, 'active', monitor.index, source.index, account.today) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ source }) => source);
  return [...steady, ...others.slice(0, Math.round(others.length * activeShare))];
}

function addNewSources(account: Account, monitor: Monitor): void {
  const { seed, newIpShare } = account.options;
  const known = [...monitor.sources.values()].filter((source) => source.index >= 0);
  if (known.length === 0) return;
  const expected = known.length * newIpShare;
  const more = unit(seed, 'new', monitor.index, account.today) < expected % 1 ? 1 : 0;
  const next = known.reduce((highest, source) => Math.max(highest, source.index), -1) + 1;
  for (let nth = 0; nth < Math.floor(expected) + more; nth += 1) {
    const source = { ...makeSource(account, monitor.index, next + nth, account.today), steady: false };
    monitor.sources.set(source.ip, source);
    addRecordsOfDay(account, monitor, source, account.today, 'on the day');
  }
}

/** Takes a monitor away with all it has. */
export function removeMonitor(account: Account, id: string): void {
  const monitor = findMonitor(account, id);
  if (monitor === undefined) throw new RangeError(`sandbox: no monitor ${id}`);
  account.monitors = account.monitors.filter((other) => other !== monitor);
  account.spareDomains.push(monitor.domain);
  account.version += 1;
}
