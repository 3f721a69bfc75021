import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account.ts';
import { type Allowance, allowanceHeaders } from './allowance.ts';
import { type Answer, ApiError } from './answers.ts';
import { encode } from './json.ts';
import { logRequest, type RequestLog } from './request-log.ts';
import type { Route } from './routes.ts';
import { sendWhole, type WholeAnswer } from './sending.ts';
import { enterWhenSent, type ServedLedger } from './served.ts';

/** What all requests to the API share. */
export interface Service {
  account: Account;
  allowance: Allowance;
  ledger: ServedLedger;
  requests: RequestLog;
  /** How often method and URL were answered (neither refused for the token nor for a limit). */
  asked: Map<string, number>;
  /** The same since the last day arrived. */
  askedToday: Map<string, number>;
}

/** A request on its way. */
export interface Exchange {
  service: Service;
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  url: URL;
  /** Body of the request. */
  text: string;
  /** Whether the token is one of the account's: only then are its limits told. */
  trusted: boolean;
}

/** Sends an answer as it should be. */
export function reply(exchange: Exchange, answer: Answer): void {
  note(exchange, answer.status);
  if (answer.sent !== undefined) enterWhenSent(exchange.service.ledger, exchange.response, answer.sent);
  sendWhole(exchange.response, wholeOf(exchange, answer));
}

/** The answer as bytes, with its headers. */
export function wholeOf(exchange: Exchange, answer: Answer): WholeAnswer {
  const empty = answer.body === undefined;
  return {
    status: answer.status,
    headers: {
      ...dateHeader(exchange),
      ...limitHeaders(exchange),
      ...(empty ? {} : { 'content-type': 'application/json' }),
      ...answer.headers,
    },
    body: Buffer.from(empty ? '' : encode(answer.body)),
  };
}

/** The Date header by the server's clock. */
export function dateHeader({ service }: Exchange): Record<string, string> {
  return { date: new Date(service.account.options.now()).toUTCString() };
}

/** What is left of the account's limits. */
export function limitHeaders({ service, trusted }: Exchange): Record<string, string> {
  return trusted ? allowanceHeaders(service.allowance) : {};
}

/** The answer that an error stands for; throws whatever is no API error. */
export function answerOf(error: unknown): Answer {
  if (error instanceof ApiError) return error.answer;
  throw error;
}

/** Counts an answer; 0 = none. */
export function note({ service, request, route }: Exchange, status: number): void {
  if (route.endpoint === 'api-quota') return;
  logRequest(service.requests, {
    at: service.account.options.now(),
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    endpoint: route.endpoint,
    status,
  });
}
