import { UncertainError } from '../errors.ts';
import { parseJson } from '../extract/envelope.ts';
import { type Connection, exchange, type Outcome } from '../extract/exchange.ts';
import { mayHaveHappened } from '../extract/retry-timing.ts';
import { anyField } from '../extract/row-fields.ts';
import type { TransportAnswer, TransportRequest } from '../extract/transport.ts';
import { asClientError, nameOf, refusedError } from './refusals.ts';

/** The answer's `data`, whatever it is; undefined if it has none. */
export interface WriteAnswer {
  readonly data: unknown;
}

/**
 * Sends a request that changes something. PUT and DELETE are sent again as reads are; a POST only if it was not taken
 * up. A 404 to a DELETE that may have been done by an attempt before counts as done.
 *
 * Throws RefusedError, AuthenticationError, ApiError, the signal's reason; UncertainError whenever an attempt may have
 * been done and none was answered.
 */
export async function sendWrite(connection: Connection, request: TransportRequest): Promise<WriteAnswer> {
  const attempts = new Attempts();
  const outcome = await exchange<WriteAnswer>(connection, {
    request,
    read: ({ text }) => ({ data: anyField(parseJson(text), 'data') }),
    record: async ({ answer }) => attempts.add(answer),
  }).catch((error: unknown) => {
    throw attempts.isOpen ? uncertain(request, error) : asClientError(error);
  });
  return done(request, outcome, attempts);
}

function done(request: TransportRequest, outcome: Outcome<WriteAnswer>, attempts: Attempts): WriteAnswer {
  switch (outcome.kind) {
    case 'answer':
      return outcome.value;
    case 'not-found':
      if (request.method === 'DELETE' && attempts.wasOpen) return { data: undefined };
      throw refusedError(request, 404, attempts.text);
    case 'refused':
      throw refusedError(request, outcome.status, attempts.text, outcome.error);
    default:
      throw attempts.isOpen ? uncertain(request, outcome.error) : outcome.error;
  }
}

function uncertain(request: TransportRequest, cause: unknown): UncertainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UncertainError(`${nameOf(request)}: whether it was done is not known: ${reason}`, {
    cause,
    hint: 'Look with `dmarc-etl monitors list` or `dmarc-etl monitors report` before it is sent again.',
  });
}

/** What is known of a write from its attempts. */
class Attempts {
  /** Body of the newest answer. */
  text = '';
  /** Whether an attempt so far may have been done without saying so. */
  isOpen = false;
  /** The same of the attempts before the newest. */
  wasOpen = false;

  add(answer: TransportAnswer): void {
    this.text = answer.kind === 'answer' ? answer.text : '';
    this.wasOpen = this.isOpen;
    this.isOpen ||= mayHaveHappened(answer);
  }
}
