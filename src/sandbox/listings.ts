import type { Account, Monitor, RecordFacts, Source } from './account.ts';
import { hash } from './random.ts';
import { aggregatedRow, monitorRow, recordRow, sourceRow, totalsOf } from './rows.ts';
import { type DayRange, defaultRange, isVisible } from './visibility.ts';

/** All rows of an answer that is served in pages, each put into its form only when it is served. */
export interface Listing {
  length: number;
  /** The row at a position, in the form served. */
  row(position: number): unknown;
}

/** What narrows a listing down. */
export interface Filter {
  range: DayRange;
  /** Text in the IP or domain; '' = any. */
  search: string;
  /** Exactly this reporter; '' = any. */
  reporter: string;
}

interface KeptListings {
  version: number;
  lists: Map<string, unknown>;
}

const kept = new WeakMap<Account, KeptListings>();

/** What was made before for this key, as long as neither data nor options changed. */
function keep<T>(account: Account, key: string, make: () => T): T {
  let entry = kept.get(account);
  if (entry?.version !== account.version) {
    entry = { version: account.version, lists: new Map() };
    kept.set(account, entry);
  }
  const known = entry.lists.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  entry.lists.set(key, made);
  return made;
}

/** A filter that lets everything pass that a plain request shows. */
export function plainFilter(account: Account): Filter {
  return { range: defaultRange(account), search: '', reporter: '' };
}

function filterKey({ range, search, reporter }: Filter): string {
  return JSON.stringify([range.from, range.to, search, reporter]);
}

/** Items in the order that the options ask for. */
function ordered<T>(account: Account, items: T[], key: (item: T) => string): T[] {
  const { order, seed } = account.options;
  if (order === 'natural') return items;
  if (order === 'reverse') return items.reverse();
  const ranks = new Map(items.map((item) => [item, hash(seed, 'order', account.today, key(item))]));
  return items.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}

/** The monitors whose domain contains the text. */
export function listMonitors(
  account: Account,
  query = '',
  sort?: (a: Monitor, b: Monitor) => number,
): Listing {
  const found = account.monitors.filter(({ domain }) => domain.name.includes(query.toLowerCase()));
  const monitors = sort === undefined ? ordered(account, found, ({ id }) => id) : found.sort(sort);
  return {
    length: monitors.length,
    row: (position) => monitorRow(account.options, monitors[position] as Monitor),
  };
}

/** The records of a source that a filter shows, in the order served. */
function visibleRecords(account: Account, monitor: Monitor, source: Source, filter: Filter): RecordFacts[] {
  return keep(account, `records ${monitor.id} ${source.ip} ${filterKey(filter)}`, () => {
    const shown = source.records.filter(
      (facts) =>
        isVisible(account, facts, filter.range) &&
        (filter.reporter === '' || facts.reporter === filter.reporter) &&
        (filter.search === '' || matches(filter.search, facts.ip, source.domain)),
    );
    shown.sort((a, b) => a.arrives - b.arrives);
    return ordered(account, shown, ({ id }) => id);
  });
}

function matches(search: string, ip: string, domain: string | null): boolean {
  return ip.includes(search) || (domain ?? '').includes(search.toLowerCase());
}

/** The source IPs with a visible record, and what a monitor has among them that is no row. */
export function listAggregated(account: Account, monitor: Monitor, filter: Filter): Listing {
  const rows = keep(account, `aggregated ${monitor.id} ${filterKey(filter)}`, () => {
    const keyed: { key: string; row: unknown }[] = monitor.strayRows.map((row, i) => ({
      key: `stray ${i}`,
      row,
    }));
    for (const source of monitor.sources.values()) {
      const records = visibleRecords(account, monitor, source, filter);
      if (records.length === 0) continue;
      const row = aggregatedRow(account.options, monitor, source, totalsOf(records));
      keyed.push({ key: source.ip, row });
    }
    return ordered(account, keyed, ({ key }) => key).map(({ row }) => row);
  });
  return { length: rows.length, row: (position) => rows[position] };
}

/** The records of one IP. */
export function listRecords(account: Account, monitor: Monitor, source: Source, filter: Filter): Listing {
  const records = visibleRecords(account, monitor, source, filter);
  return {
    length: records.length,
    row: (position) => recordRow(account.options, source, records[position] as RecordFacts),
  };
}

/** Each reporter with the number of its visible records, of one disposition if one is named. */
export function listSources(account: Account, monitor: Monitor, range: DayRange, policy?: string): Listing {
  const key = `sources ${monitor.id} ${range.from} ${range.to} ${policy ?? ''}`;
  const rows = keep(account, key, () => {
    const counts = countReports(account, monitor, range, policy);
    const sorted = ordered(account, [...counts.keys()].sort(), (reporter) => reporter);
    return sorted.map((reporter) => sourceRow(account.options, monitor, reporter, counts.get(reporter) ?? 0));
  });
  return { length: rows.length, row: (position) => rows[position] };
}

function countReports(
  account: Account,
  monitor: Monitor,
  range: DayRange,
  policy: string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const source of monitor.sources.values()) {
    for (const facts of source.records) {
      if (!isVisible(account, facts, range)) continue;
      if (policy !== undefined && facts.policy !== policy) continue;
      counts.set(facts.reporter, (counts.get(facts.reporter) ?? 0) + 1);
    }
  }
  return counts;
}

/** All rows of a listing. */
export function allRows(listing: Listing): unknown[] {
  return Array.from({ length: listing.length }, (_, position) => listing.row(position));
}
