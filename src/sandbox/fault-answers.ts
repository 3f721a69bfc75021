import { overMinute, overQuota, returnRequest } from './allowance.ts';
import type { Answer } from './answers.ts';
import { dateHeader, type Exchange, limitHeaders, note, reply, wholeOf } from './exchange.ts';
import { type Fault, type FaultInfo, type FaultKind, faultByChance, type MadeUpFault } from './faults.ts';
import { hash } from './random.ts';
import { htmlAnswer, isSpoiling, type Spoiling, sendSpoiled, sendWhole } from './sending.ts';
import { enterWhenSent } from './served.ts';

/** A fault that takes the place of the right answer. */
export type Replacement = Exclude<FaultKind, Spoiling> | MadeUpFault;

/** The fault of a request: the one that a test names, or else one by chance. */
export function chooseFault({ service, request, url }: Exchange, timesAsked: number): Fault | null {
  const { faultAt, faults, seed } = service.account.options;
  const method = request.method ?? 'GET';
  const info: FaultInfo = { method, path: url.pathname, query: url.searchParams, timesAsked };
  const named = faultAt?.(info) ?? null;
  if (named !== null || faults === null) return named;
  return faultByChance(faults, seed, `${method} ${request.url}`, timesAsked);
}

/** Whether the right answer is made and then spoiled. */
export function spoils(fault: Fault): fault is Spoiling {
  return typeof fault === 'string' && isSpoiling(fault);
}

/** Sends the right answer spoiled; one that is no 200 with a body is not sent at all (the connection breaks). */
export function serveSpoiled(exchange: Exchange, answer: Answer, kind: Spoiling, timesAsked: number): void {
  const { service, response, request } = exchange;
  if (answer.status !== 200 || answer.body === undefined) {
    breakOff(exchange);
    return;
  }
  note(exchange, answer.status);
  if (kind === 'slow' && answer.sent !== undefined) enterWhenSent(service.ledger, response, answer.sent);
  const chunked = hash(request.url ?? '', timesAsked) % 2 === 0;
  sendSpoiled(response, wholeOf(exchange, answer), kind, service.account.options.slowMs, chunked);
}

/** Serves a fault instead of the right answer, which is not even looked for: a write does not happen. */
export function serveReplacement(exchange: Exchange, fault: Replacement): void {
  if (typeof fault === 'object') serveMadeUp(exchange, fault);
  else if (fault === 'reset') breakOff(exchange);
  else if (fault === '429-minute' || fault === '429-minute-bare') serveOverMinute(exchange, fault);
  else if (fault === '429-quota' || fault === '429-quota-bare') serveOverQuota(exchange, fault);
  else if (fault === 'html-503') serveMaintenancePage(exchange);
  else serveStatus(exchange, fault);
}

type StatusFault = Exclude<Replacement, MadeUpFault | 'reset' | 'html-503' | `429${string}`>;

function serveStatus(exchange: Exchange, fault: StatusFault): void {
  const message = fault === '421' ? "Service isn't available, try again later" : 'Server Error';
  reply(exchange, { status: Number(fault), body: { message } });
}

function serveMaintenancePage(exchange: Exchange): void {
  note(exchange, 503);
  sendWhole(exchange.response, htmlAnswer(503, dateHeader(exchange)));
}

function breakOff(exchange: Exchange): void {
  note(exchange, 0);
  exchange.request.socket.resetAndDestroy();
}

function serveMadeUp(
  exchange: Exchange,
  { status, headers = {}, body = '', bare = false }: MadeUpFault,
): void {
  note(exchange, status);
  const limits = bare ? {} : limitHeaders(exchange);
  const all = { ...dateHeader(exchange), ...limits, 'content-type': 'application/json', ...headers };
  sendWhole(exchange.response, { status, headers: all, body: Buffer.from(body) });
}

/** A 429 for the minute out of turn: the request gives back what it has spent. */
function serveOverMinute(exchange: Exchange, kind: '429-minute' | '429-minute-bare'): void {
  const { allowance } = exchange.service;
  returnRequest(allowance);
  serveLimit(exchange, overMinute(allowance).answer, 'x-ratelimit-remaining', kind === '429-minute-bare');
}

function serveOverQuota(exchange: Exchange, kind: '429-quota' | '429-quota-bare'): void {
  const { answer } = overQuota(exchange.service.allowance);
  serveLimit(exchange, answer, 'x-apiquota-remaining', kind === '429-quota-bare');
}

/** Sends a 429 that says that nothing remains; a bare one has no header that says anything. */
function serveLimit(exchange: Exchange, answer: Answer, remaining: string, bare: boolean): void {
  const { headers: right, ...whole } = wholeOf(exchange, answer);
  const told = remaining in right ? { ...right, [remaining]: '0' } : right;
  const headers = bare ? { ...dateHeader(exchange), 'content-type': 'application/json' } : told;
  note(exchange, 429);
  sendWhole(exchange.response, { ...whole, headers });
}
