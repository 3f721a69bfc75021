import type { Endpoint } from './routes.ts';

/** A request that was answered; status 0 = the connection was broken before any header. */
export interface LoggedRequest {
  /** The server's clock, milliseconds since 1970. */
  at: number;
  method: string;
  /** Path as sent, with its query. */
  path: string;
  endpoint: Endpoint;
  status: number;
}

/** Counts of all requests but those to /api-quota and /_sandbox. */
export interface RequestLog {
  total: number;
  byEndpoint: Partial<Record<Endpoint, number>>;
  /** By status as text; '0' = reset. */
  byStatus: Record<string, number>;
  /** In the order of their answers. */
  list: LoggedRequest[];
  /** Forgets everything. */
  clear(): void;
}

/** A log without requests. */
export function makeRequestLog(): RequestLog {
  const log: RequestLog = {
    total: 0,
    byEndpoint: {},
    byStatus: {},
    list: [],
    clear: () => {
      Object.assign(log, { total: 0, byEndpoint: {}, byStatus: {}, list: [] });
    },
  };
  return log;
}

/** Counts a request. */
export function logRequest(log: RequestLog, request: LoggedRequest): void {
  log.total += 1;
  log.byEndpoint[request.endpoint] = (log.byEndpoint[request.endpoint] ?? 0) + 1;
  log.byStatus[request.status] = (log.byStatus[request.status] ?? 0) + 1;
  log.list.push(request);
}
