import { ConfigurationError } from '../errors.ts';
import { ROOT } from '../extract/monitors.ts';
import { isAskable } from '../extract/request-path.ts';
import type { TransportRequest } from '../extract/transport.ts';

/** The requests of the document that change something. Each throws ConfigurationError for an id that is none. */
export const WRITES = {
  createMonitor: (domain_id: string): TransportRequest => ({
    method: 'POST',
    segments: [ROOT],
    json: { domain_id: segment('domain id', domain_id) },
  }),
  updateMonitor: (monitor_id: string, wanted_dmarc_record: string): TransportRequest => ({
    method: 'PUT',
    segments: [ROOT, monitor(monitor_id)],
    json: { wanted_dmarc_record },
  }),
  deleteMonitor: (monitor_id: string): TransportRequest => ({
    method: 'DELETE',
    segments: [ROOT, monitor(monitor_id)],
  }),
  addFavorite: (monitor_id: string, ip: string): TransportRequest => ({
    method: 'PUT',
    segments: [ROOT, monitor(monitor_id), 'favorite', segment('IP address', ip)],
  }),
  removeFavorite: (monitor_id: string, ip: string): TransportRequest => ({
    method: 'DELETE',
    segments: [ROOT, monitor(monitor_id), 'favorite', segment('IP address', ip)],
  }),
} as const;

/** Paths of the listings. */
export const LISTINGS = {
  monitors: () => [ROOT],
  aggregatedReports: (monitor_id: string) => [ROOT, monitor(monitor_id), 'report'],
  reportRecords: (monitor_id: string, ip: string) => [
    ...[ROOT, monitor(monitor_id), 'report'],
    segment('IP address', ip),
  ],
  reportSources: (monitor_id: string) => [ROOT, monitor(monitor_id), 'report-sources'],
} as const;

function monitor(id: string): string {
  return segment('monitor id', id);
}

function segment(what: string, text: string): string {
  if (typeof text === 'string' && isAskable(text)) return text;
  throw new ConfigurationError(`${JSON.stringify(text)} cannot be a ${what}`);
}
