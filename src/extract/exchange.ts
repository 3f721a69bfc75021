import type { Clock } from '../clock.ts';
import type { ApiError } from '../errors.ts';
import {
  describeAnswer,
  machineError,
  noUsableAnswer,
  refusedRequest,
  refusedToken,
} from './answer-errors.ts';
import { BudgetSpent } from './budget-spent.ts';
import { type ErrorBody, readErrorBody } from './envelope.ts';
import type { Governor, Permit } from './governor.ts';
import { type AttemptEnd, type Decision, decideAfter, isFailure } from './retry-timing.ts';
import { sendUntilDropped } from './send-until-dropped.ts';
import {
  type CompleteAnswer,
  failed,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
} from './transport.ts';
import { vendorCode } from './vendor-codes.ts';

/** What every request of a run shares. */
export interface Connection {
  readonly send: Transport;
  readonly governor: Governor;
  readonly clock: Clock;
  /** 0 inclusive to 1 exclusive; for the jitter. */
  readonly random: () => number;
  /** Once aborted, nothing new is sent. */
  readonly signal: AbortSignal;
}

/** One request, and how to understand and keep what comes of it. */
export interface Exchange<T> {
  readonly request: TransportRequest;
  /** Reads a 2xx; null = its body is not what it should be, and it is asked again. */
  readonly read: (answer: CompleteAnswer) => T | null;
  /** Called for every attempt, in order; the next step waits for it. */
  readonly record?: (attempt: AttemptRecord<T>) => Promise<void>;
  /** Called before the wait that precedes another attempt. */
  readonly onRetry?: (attempt: number, waitMs: number, reason: string) => void;
  readonly isFree?: boolean;
  /** It is about one thing of the account: a 403 without a code of the account is a refusal of that, and not fatal. */
  readonly isOfOneThing?: boolean;
}

/** What came of one attempt. */
export interface AttemptRecord<T> {
  readonly answer: TransportAnswer;
  readonly decision: Decision;
  /** The value read from it; null unless it was accepted. */
  readonly value: T | null;
  /** Why it is of no use; null if it was accepted. */
  readonly error: string | null;
  readonly receivedAtMs: number;
  readonly durationMs: number;
}

/** How a request ended, where the caller goes on. */
export type Outcome<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly status: number; readonly body: ErrorBody; readonly error: ApiError }
  | { readonly kind: 'failed'; readonly error: ApiError };

/**
 * One request to its end: through the governor, retried while that can help, every attempt recorded. Throws
 * AuthenticationError, ResourceError, BudgetSpent, the signal's reason, and what `record` throws.
 */
export async function exchange<T>(connection: Connection, question: Exchange<T>): Promise<Outcome<T>> {
  const history = { failures: 0, rateLimited: 0 };
  for (let attempt = 1; ; attempt += 1) {
    const record = await attemptOnce(connection, question, history, attempt > 1);
    await question.record?.(record);
    const { decision } = record;
    if (decision.kind === 'retry') {
      question.onRetry?.(attempt, decision.waitMs, record.error ?? '');
      await connection.governor.pause(decision.waitMs, connection.signal);
    } else if (decision.kind !== 'wait-minute') {
      return outcomeOf(connection, question.request, record);
    }
  }
}

async function attemptOnce<T>(
  connection: Connection,
  { request, read, isFree = false, isOfOneThing = false }: Exchange<T>,
  history: { failures: number; rateLimited: number },
  isRetry: boolean,
): Promise<AttemptRecord<T>> {
  const { governor, clock, random, signal } = connection;
  const permit = await governor.admit(signal, { isFree, isRetry });
  const startedMs = clock.monotonic();
  const answer = await sendAdmitted(connection, permit, request);
  const value = answer.kind === 'answer' && isSuccess(answer.status) ? read(answer) : null;
  const end = endOf(answer, value !== null);
  if (isFailure(end)) history.failures += 1;
  if (end.kind === 'answer' && end.status === 429) history.rateLimited += 1;
  const isRepeatable = request.method !== 'POST';
  const timing = { history, nowMs: clock.now(), random: random(), isRepeatable, isOfOneThing };
  const decision = decideAfter(end, timing);
  governor.observe(permit, answer, decision);
  const error = decision.kind === 'accept' ? null : describeAnswer(answer);
  const durationMs = Math.round(clock.monotonic() - startedMs);
  return { answer, decision, value, error, receivedAtMs: clock.now(), durationMs };
}

/** Sends, and gives the permit back where the request turns out to be a bug. */
async function sendAdmitted(
  connection: Connection,
  permit: Permit,
  request: TransportRequest,
): Promise<TransportAnswer> {
  try {
    return await sendUntilDropped(connection, request);
  } catch (error) {
    connection.governor.observe(permit, failed('dropped', 'never sent'), { kind: 'give-up' });
    throw error;
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function endOf(answer: TransportAnswer, isValid: boolean): AttemptEnd {
  if (answer.kind === 'failure') return answer;
  const { status, headers, text } = answer;
  return {
    kind: 'answer',
    status,
    headers,
    body: { isValid, code: isSuccess(status) ? null : vendorCode(text) },
  };
}

function outcomeOf<T>(
  connection: Connection,
  request: TransportRequest,
  record: AttemptRecord<T>,
): Outcome<T> {
  const { answer, decision, value } = record;
  const what = `${request.method} /${request.segments.join('/')}`;
  switch (decision.kind) {
    case 'accept':
      return { kind: 'answer', value: value as T };
    case 'not-found':
      return { kind: 'not-found' };
    case 'quota-gone':
      throw new BudgetSpent('quota');
    case 'fatal-auth':
      throw refusedToken(decision.status, decision.code);
    case 'fatal-machine':
      throw machineError(answer);
    case 'refused': {
      const body = readErrorBody(answer.kind === 'answer' ? answer.text : '');
      const status = answer.kind === 'answer' ? answer.status : 0;
      return { kind: 'refused', status, body, error: refusedRequest(what, answer) };
    }
    default:
      connection.signal.throwIfAborted();
      return { kind: 'failed', error: noUsableAnswer(what, answer) };
  }
}
