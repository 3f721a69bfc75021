import type { ServerResponse } from 'node:http';

/** The newest row of each key among all answers whose body was sent whole. Rows are the values served. */
export interface Served {
  monitors: Record<string, unknown>;
  aggregated_reports: Record<string, Record<string, unknown>>;
  report_records: Record<string, Record<string, { requested_ip: string; row: unknown }>>;
  /** The newest whole answer of a monitor, with the dates it was asked with. */
  report_sources: Record<string, { date_from: string | null; date_to: string | null; rows: unknown[] }>;
}

/** The ledger of what was served, and the answers of which it is not yet known whether they were sent whole. */
export interface ServedLedger {
  served: Served;
  pending: Map<ServerResponse, () => void>;
}

/** An empty ledger. */
export function makeLedger(): ServedLedger {
  return {
    served: { monitors: {}, aggregated_reports: {}, report_records: {}, report_sources: {} },
    pending: new Map(),
  };
}

/** Enters an answer as soon as it was sent whole; drops it if the connection broke before. */
export function enterWhenSent(ledger: ServedLedger, response: ServerResponse, enter: () => void): void {
  ledger.pending.set(response, enter);
  response.once('finish', () => settle(ledger, response));
  response.once('close', () => ledger.pending.delete(response));
}

function settle(ledger: ServedLedger, response: ServerResponse): void {
  const enter = ledger.pending.get(response);
  ledger.pending.delete(response);
  enter?.();
}

/** What was served so far, answers included that are handed over but not yet reported as sent. */
export function readLedger(ledger: ServedLedger): Served {
  for (const response of [...ledger.pending.keys()]) {
    if (response.writableEnded && !response.destroyed) settle(ledger, response);
  }
  return ledger.served;
}

/** Enters monitors by their ids. */
export function enterMonitors({ served }: ServedLedger, rows: unknown[]): void {
  for (const row of rows) {
    const id = textField(row, 'id');
    if (id !== null) served.monitors[id] = row;
  }
}

/** Enters aggregated rows by their IPs. */
export function enterAggregated({ served }: ServedLedger, monitorId: string, rows: unknown[]): void {
  served.aggregated_reports[monitorId] ??= {};
  for (const row of rows) {
    const ip = textField(row, 'ip_address');
    if (ip !== null) served.aggregated_reports[monitorId][ip] = row;
  }
}

/** Enters records by their ids; a record without an id has no key. */
export function enterRecords({ served }: ServedLedger, monitorId: string, ip: string, rows: unknown[]): void {
  served.report_records[monitorId] ??= {};
  for (const row of rows) {
    const id = textField(row, 'id');
    if (id !== null) served.report_records[monitorId][id] = { requested_ip: ip, row };
  }
}

/** A field of a row if both are what they should be. */
export function textField(row: unknown, name: string): string | null {
  if (typeof row !== 'object' || row === null) return null;
  const value = (row as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
