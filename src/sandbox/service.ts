import type { IncomingMessage, ServerResponse } from 'node:http';
import { quotaBody, takeRequest } from './allowance.ts';
import { type Answer, forbidden, unauthenticated } from './answers.ts';
import { answerOf, type Exchange, reply, type Service } from './exchange.ts';
import { chooseFault, serveReplacement, serveSpoiled, spoils } from './fault-answers.ts';
import { type ReadRequest, readAggregated, readMonitors, readRecords, readSources } from './reads.ts';
import { findRoute } from './routes.ts';
import { createMonitor, deleteMonitor, setFavorite, updateMonitor, type WriteRequest } from './writes.ts';

/** Answers one request to the API: token, limits, fault, answer, in this order. `text` is the request's body. */
export function serveApi(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): void {
  const target = request.url ?? '/';
  const absolute = `http://${request.headers.host ?? 'localhost'}${target}`;
  const url = new URL(URL.canParse(absolute) ? absolute : 'http://localhost/');
  const route = findRoute(request.method ?? 'GET', target.split('?')[0] ?? '/');
  const exchange: Exchange = { service, request, response, route, url, text, trusted: false };
  const refusal = admit(exchange);
  if (refusal !== null) reply(exchange, refusal);
  else serveCounted(exchange);
}

/** Checks the token and spends a request. The answer if that is all there is to say, null if it goes on. */
function admit(exchange: Exchange): Answer | null {
  const { service, route } = exchange;
  try {
    checkToken(exchange);
    exchange.trusted = true;
    if (route.endpoint === 'api-quota') return { status: 200, body: quotaBody(service.allowance) };
    takeRequest(service.allowance);
    return null;
  } catch (error) {
    return answerOf(error);
  }
}

/** Throws a 401. */
function checkToken({ service, request }: Exchange): void {
  const { token, readOnlyToken } = service.account.options;
  const given = bearerOf(request);
  if (given !== token && given !== readOnlyToken) throw unauthenticated();
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function serveCounted(exchange: Exchange): void {
  const { service, request } = exchange;
  const key = `${request.method} ${request.url}`;
  const timesAsked = countUp(service.asked, key);
  const timesToday = countUp(service.askedToday, key);
  const fault = chooseFault(exchange, timesAsked);
  if (fault === null) reply(exchange, answerRoute(exchange, timesToday));
  else if (spoils(fault)) serveSpoiled(exchange, answerRoute(exchange, timesToday), fault, timesAsked);
  else serveReplacement(exchange, fault);
}

/** Counts a key up and returns how often it was counted before. */
function countUp(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}

function answerRoute(exchange: Exchange, timesAsked: number): Answer {
  const { service, request, route, url, text } = exchange;
  const common = { account: service.account, monitorId: route.monitorId, ip: route.ip };
  const read: ReadRequest = {
    ...common,
    ledger: service.ledger,
    url: request.url ?? '/',
    address: `${url.origin}${url.pathname}`,
    query: url.searchParams,
    timesAsked,
  };
  try {
    if (route.error !== null) throw route.error;
    if (route.writes && bearerOf(request) !== service.account.options.token) throw forbidden();
    return dispatch(exchange, read, { ...common, text });
  } catch (error) {
    return answerOf(error);
  }
}

function dispatch({ route }: Exchange, read: ReadRequest, write: WriteRequest): Answer {
  switch (route.endpoint) {
    case 'list':
      return readMonitors(read);
    case 'report':
      return readAggregated(read);
    case 'report-ip':
      return readRecords(read);
    case 'report-sources':
      return readSources(read);
    case 'create':
      return createMonitor(write);
    case 'update':
      return updateMonitor(write);
    case 'delete':
      return deleteMonitor(write);
    default:
      return setFavorite(write, route.endpoint === 'favorite-add');
  }
}
