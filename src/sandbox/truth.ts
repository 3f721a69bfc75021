import type { Account, Monitor } from './account.ts';
import { formatDay } from './days.ts';
import { asRead } from './json.ts';
import {
  allRows,
  type Listing,
  listAggregated,
  listMonitors,
  listRecords,
  listSources,
  plainFilter,
} from './listings.ts';
import { recordRow } from './rows.ts';
import { readLedger, type Served, type ServedLedger, textField } from './served.ts';
import { defaultRange } from './visibility.ts';

/** What complete plain readings would serve now, and what was served before; rows exactly as served. */
export interface Truth {
  today: string;
  monitors: unknown[];
  aggregated_reports: Record<string, unknown[]>;
  /** By monitor and listed ip_address; null where details answer 404 or cannot be asked for (an empty address). */
  report_records: Record<string, Record<string, unknown[] | null>>;
  report_sources: Record<string, unknown[]>;
  served: Served;
  /** All records that were ever visible, by monitor and id, with their newest values. */
  ever: { report_records: Record<string, Record<string, unknown>> };
}

/** How a row is put into the truth. */
type Show = (row: unknown) => unknown;

/** The truth with raw numbers still marked: only `encode` may write it. */
export function tellTruth(account: Account, ledger: ServedLedger, show: Show = (row) => row): Truth {
  const each = <T>(tell: (monitor: Monitor) => T): Record<string, T> =>
    Object.fromEntries(account.monitors.map((monitor) => [monitor.id, tell(monitor)]));
  const rows = (listing: Listing) => allRows(listing).map(show);
  return {
    today: formatDay(account.today),
    monitors: rows(listMonitors(account)),
    aggregated_reports: each((monitor) => rows(listAggregated(account, monitor, plainFilter(account)))),
    report_records: each((monitor) => recordsOf(account, monitor, show)),
    report_sources: each((monitor) => rows(listSources(account, monitor, defaultRange(account)))),
    served: copyOf(readLedger(ledger), show),
    ever: { report_records: each((monitor) => everOf(account, monitor, show)) },
  };
}

/** The truth as a reader of its JSON sees it; later changes of the account do not reach it. */
export function readTruth(account: Account, ledger: ServedLedger): Truth {
  return tellTruth(account, ledger, readRow);
}

function readRow(row: unknown): unknown {
  const values = typeof row === 'object' && row !== null ? Object.values(row) : [];
  const special = values.some(
    (value) => value === undefined || (typeof value === 'object' && value !== null && 'rawNumber' in value),
  );
  return special ? asRead(row) : row;
}

function recordsOf(account: Account, monitor: Monitor, show: Show): Record<string, unknown[] | null> {
  const byIp: Record<string, unknown[] | null> = {};
  const filter = plainFilter(account);
  for (const source of monitor.sources.values()) {
    const listing = listRecords(account, monitor, source, filter);
    if (listing.length === 0) continue;
    byIp[source.ip] = source.gone || source.ip === '' ? null : allRows(listing).map(show);
  }
  return byIp;
}

function everOf(account: Account, monitor: Monitor, show: Show): Record<string, unknown> {
  const byId: Record<string, unknown> = {};
  for (const source of monitor.sources.values()) {
    for (const facts of source.records) {
      if (facts.arrives > account.today) continue;
      const row = recordRow(account.options, source, facts);
      const id = textField(row, 'id');
      if (id !== null) byId[id] = show(row);
    }
  }
  return byId;
}

function copyOf(served: Served, show: Show): Served {
  return {
    monitors: mapValues(served.monitors, show),
    aggregated_reports: mapValues(served.aggregated_reports, (rows) => mapValues(rows, show)),
    report_records: mapValues(served.report_records, (records) =>
      mapValues(records, ({ requested_ip, row }) => ({ requested_ip, row: show(row) })),
    ),
    report_sources: mapValues(served.report_sources, (answer) => ({
      ...answer,
      rows: answer.rows.map(show),
    })),
  };
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
