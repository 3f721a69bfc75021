import { type Account, findMonitor, type Monitor } from './account.ts';
import { type Answer, invalid, notFound } from './answers.ts';
import { parseDay } from './days.ts';
import { driftedOrder } from './drift.ts';
import {
  allRows,
  type Filter,
  type Listing,
  listAggregated,
  listMonitors,
  listRecords,
  listSources,
  plainFilter,
} from './listings.ts';
import { pageBody, readPageRequest, rowsOfPage } from './pages.ts';
import { enterAggregated, enterMonitors, enterRecords, type ServedLedger } from './served.ts';
import { datedRange, defaultRange } from './visibility.ts';

/** A GET with what its answer depends on. */
export interface ReadRequest {
  account: Account;
  ledger: ServedLedger;
  monitorId: string;
  ip: string;
  /** Path and query as sent. */
  url: string;
  /** Absolute URL without the query, for links. */
  address: string;
  query: URLSearchParams;
  /** How often this URL was answered before on the account's today. */
  timesAsked: number;
}

/** GET dmarc-monitoring. */
export function readMonitors(request: ReadRequest): Answer {
  const { account, query, ledger } = request;
  const listing = listMonitors(account, shortText(query, 'query'), sortOf(query));
  return pageOf(request, listing, (rows) => enterMonitors(ledger, rows));
}

/** GET {monitor}/report. */
export function readAggregated(request: ReadRequest): Answer {
  const { account, ledger } = request;
  const monitor = monitorOf(request);
  const listing = listAggregated(account, monitor, filterOf(request));
  return pageOf(request, listing, (rows) => enterAggregated(ledger, monitor.id, rows));
}

/** GET {monitor}/report/{ip}; 404 for an IP that is not listed, whatever dates are asked for. */
export function readRecords(request: ReadRequest): Answer {
  const { account, ledger, ip } = request;
  const monitor = monitorOf(request);
  const source = monitor.sources.get(ip);
  if (source === undefined || source.gone) throw notFound();
  const filter = filterOf(request);
  const listing = listRecords(account, monitor, source, filter);
  if (listing.length === 0 && listRecords(account, monitor, source, plainFilter(account)).length === 0) {
    throw notFound();
  }
  return pageOf(request, listing, (rows) => enterRecords(ledger, monitor.id, ip, rows));
}

/** GET {monitor}/report-sources: all at once, without page and limit. */
export function readSources(request: ReadRequest): Answer {
  const { account, ledger, query } = request;
  const monitor = monitorOf(request);
  const { sourcesNeedDates, dateFilters, pagination } = account.options;
  const dates = { from: query.get('date_from'), to: query.get('date_to') };
  for (const [name, text] of [
    ['date_from', dates.from],
    ['date_to', dates.to],
  ] as const) {
    if (sourcesNeedDates && text === null) throw invalid(name, 'field is required');
  }
  const honoured = sourcesNeedDates || dateFilters !== 'ignored';
  const range = honoured ? rangeOf(request) : defaultRange(account);
  const rows = allRows(listSources(account, monitor, range, statusOf(query)));
  const whole = { page: 1, limit: Math.max(1, rows.length) };
  return {
    status: 200,
    body: pageBody(pagination, rows, rows.length, whole, { path: request.address, query }),
    sent: () => {
      ledger.served.report_sources[monitor.id] = { date_from: dates.from, date_to: dates.to, rows };
    },
  };
}

function pageOf(request: ReadRequest, listing: Listing, enter: (rows: unknown[]) => void): Answer {
  const { account, query, url, address, timesAsked } = request;
  const { options, today } = account;
  const page = readPageRequest(query);
  const start = (page.page - 1) * page.limit;
  const info = { seed: options.seed, url, today, timesAsked };
  const order = driftedOrder(listing.length > page.limit ? options.drift : null, info, start, listing.length);
  const rows = rowsOfPage(listing, page, order);
  return {
    status: 200,
    body: pageBody(options.pagination, rows, listing.length, page, { path: address, query }),
    sent: () => enter(rows),
  };
}

function monitorOf({ account, monitorId }: ReadRequest): Monitor {
  const monitor = findMonitor(account, monitorId);
  if (monitor === undefined) throw notFound();
  return monitor;
}

function filterOf(request: ReadRequest): Filter {
  const { account, query } = request;
  const { dateFilters } = account.options;
  if (dateFilters === 'refused') refuseDates(query);
  const plain = plainFilter(account);
  return {
    range: dateFilters === 'honoured' ? rangeOf(request) : plain.range,
    search: shortText(query, 'search'),
    reporter: shortText(query, 'report_source'),
  };
}

function refuseDates(query: URLSearchParams): void {
  for (const name of ['date_from', 'date_to']) {
    if (query.has(name)) throw invalid(name, 'field is not supported');
  }
}

function rangeOf({ account, query }: ReadRequest) {
  const from = dayOf(query, 'date_from');
  const to = dayOf(query, 'date_to');
  if (from !== null && to !== null && from > to) throw invalid('date_to', 'must not be before date_from');
  return datedRange(account, from, to);
}

function dayOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const day = parseDay(text);
  if (day === null) throw invalid(name, 'does not match the format Y-m-d');
  return day;
}

function shortText(query: URLSearchParams, name: string): string {
  const text = query.get(name) ?? '';
  if (text.length > 255) throw invalid(name, 'must not be greater than 255 characters');
  return text;
}

/** The disposition that a status of report-sources stands for. */
function statusOf(query: URLSearchParams): string | undefined {
  const status = query.get('status');
  if (status === null) return undefined;
  const policies = new Map([
    ['accepted', 'none'],
    ['rejected', 'reject'],
    ['quarantined', 'quarantine'],
  ]);
  const policy = policies.get(status);
  if (policy === undefined) throw invalid('status', 'is invalid');
  return policy;
}

const SORT_VALUES: Record<string, (monitor: Monitor) => string> = {
  created_at: (monitor) => monitor.createdAt,
  updated_at: (monitor) => monitor.updatedAt,
  dmarc_valid: (monitor) => String(monitor.dmarcValid),
  spf_status: (monitor) => monitor.spfStatus,
};

function sortOf(query: URLSearchParams): ((a: Monitor, b: Monitor) => number) | undefined {
  const name = query.get('sort_by');
  if (name === null) return undefined;
  const value = Object.hasOwn(SORT_VALUES, name) ? SORT_VALUES[name] : undefined;
  if (value === undefined) throw invalid('sort_by', 'is invalid');
  const order = query.get('order') ?? 'asc';
  if (order !== 'asc' && order !== 'desc') throw invalid('order', 'is invalid');
  const sign = order === 'asc' ? 1 : -1;
  return (a, b) => sign * (value(a) < value(b) ? -1 : Number(value(a) > value(b)));
}
