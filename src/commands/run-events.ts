import type { Scope } from '../extract/events.ts';
import type { Log } from '../present/log.ts';
import type { ProgressEvent } from '../present/progress-event.ts';
import type { RunEvent } from '../run/run-context.ts';

/** Why a run stands still, in words. */
const WAIT_REASONS = {
  window: "this minute's requests are used up",
  rate_limited: 'the API asked for a pause',
  backoff: 'before another try',
} as const;

/** What the progress display makes of an event of a run; null = nothing. `nowMs` is the wall clock. */
export function progressOf(event: RunEvent, nowMs: number): ProgressEvent | null {
  switch (event.type) {
    case 'stage':
      return event;
    case 'listing':
      return { type: 'listing', monitor: event.monitor_id, ips: event.ips };
    case 'page':
      return { type: 'page', monitor: event.scope.monitor_id, records: recordsOf(event.scope, event.rows) };
    case 'ip-done':
    case 'retry':
    case 'skipped':
      return { type: event.type };
    case 'waiting':
      return { type: 'waiting', reason: WAIT_REASONS[event.cause], ms: Math.max(0, event.untilMs - nowMs) };
    default:
      return null;
  }
}

function recordsOf(scope: Scope, rows: number): number {
  return scope.stream === 'report_records' ? rows : 0;
}

/** Level and message of each event's line in the log; the event's own fields go with it. */
const LOG_LINES = {
  stage: ['info', 'stage begins'],
  monitors: ['info', 'monitors listed'],
  listing: ['info', 'source IPs of a monitor listed'],
  page: ['debug', 'page received'],
  'ip-done': ['debug', 'details of an IP done'],
  waiting: ['info', 'waiting'],
  retry: ['info', 'trying again'],
  'short-listing': ['debug', 'the API told of more rows than it gave'],
  're-read': ['info', 'reading a listing again: rows moved while it was read'],
  'foreign-link': ['warn', 'a link to another host was not followed'],
  skipped: ['warn', 'given up for this run'],
} as const satisfies Record<RunEvent['type'], readonly ['debug' | 'info' | 'warn', string]>;

/** Writes an event of a run to the log. */
export function logEvent(log: Log, event: RunEvent): void {
  const [level, message] = LOG_LINES[event.type];
  const { type, ...fields } = event;
  log[level]({ event: type, ...fields }, message);
}
