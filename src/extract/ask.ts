import type { ExtractContext } from './context.ts';
import type { Envelope } from './envelope.ts';
import type { Scope } from './events.ts';
import { type AttemptRecord, exchange, type Outcome } from './exchange.ts';
import { readPage } from './read-page.ts';

/** One page that is asked for. */
export interface Question {
  readonly scope: Scope;
  /** Below the base URL. */
  readonly segments: readonly string[];
  /** The query as sent. */
  readonly params: Readonly<Record<string, string>>;
  /** 1-based. */
  readonly page: number;
  /** Of the aggregated row that caused a detail request; null for the other streams. */
  readonly fingerprint: string | null;
}

/**
 * Asks for one page until it is answered or cannot be. Every attempt is in the journal, on the disk, before this
 * resolves; `isLast` is asked once, when a valid page is there and its line is about to be written. Throws what
 * exchange throws, and DataError when the journal cannot be written.
 */
export function ask(
  context: ExtractContext,
  question: Question,
  isLast: (page: Envelope) => boolean,
): Promise<Outcome<Envelope>> {
  const { scope, segments, params } = question;
  return exchange<Envelope>(context, {
    request: { method: 'GET', segments, query: params },
    isOfOneThing: scope.monitor_id !== null,
    read: readPage,
    record: (attempt) => append(context, question, attempt, isLast),
    onRetry: (attempt, waitMs, reason) => context.onEvent({ type: 'retry', scope, attempt, waitMs, reason }),
  });
}

async function append(
  { journal, onEvent }: ExtractContext,
  { scope, params, page, fingerprint }: Question,
  { answer, decision, value, error, receivedAtMs, durationMs }: AttemptRecord<Envelope>,
  isLast: (page: Envelope) => boolean,
): Promise<void> {
  const isLastPage = value === null ? decision.kind === 'not-found' : isLast(value);
  await journal.append(
    {
      ...scope,
      page,
      is_last: isLastPage,
      fingerprint,
      received_at: new Date(receivedAtMs).toISOString(),
      status: statusOf(answer, value),
      duration_ms: durationMs,
      params,
      ...(error === null ? {} : { error }),
    },
    value !== null && answer.kind === 'answer' && answer.status !== 204 ? answer.text : undefined,
  );
  if (value === null) return;
  const { rows, lastPage = null } = value;
  onEvent({ type: 'page', scope, page, rows: rows.length, isLast: isLastPage, lastPage });
}

/**
 * A 200 whose body is of no use is no complete answer: whoever reads the journal may rely on a 200's body. A 204 has none.
 */
function statusOf(answer: AttemptRecord<Envelope>['answer'], value: Envelope | null): number {
  if (answer.kind === 'failure') return 0;
  if (answer.status === 204 || answer.status < 200 || answer.status >= 300) return answer.status;
  return value === null ? 0 : 200;
}
