/** The seam for the network: one request, one answer or the reason why there is none. */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface TransportRequest {
  readonly method: Method;
  /** Segments below the base URL; they are encoded. */
  readonly segments: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Drops the request when it aborts. */
  readonly signal?: AbortSignal;
}

/** An answer that came whole, whatever its status. */
export interface CompleteAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case; of a repeated header the first. */
  readonly headers: AnswerHeaders;
  readonly text: string;
  readonly bytes: number;
}

export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * Why no whole answer came: no connection, so that nothing was sent (unreached), broken off, too slow, torn (came, but
 * cannot be trusted), a certificate that is not accepted, a proxy that refuses, something that this machine has run out
 * of, or dropped by us.
 */
export type FailureReason =
  | 'unreached'
  | 'network'
  | 'timeout'
  | 'torn'
  | 'tls'
  | 'proxy'
  | 'machine'
  | 'dropped';

export interface FailedAnswer {
  readonly kind: 'failure';
  readonly reason: FailureReason;
  /** What happened, without the token. */
  readonly message: string;
  /** What the operator can do; the message is a whole sentence then. */
  readonly hint?: string;
  /** Of the body, as far as it came. */
  readonly bytes: number;
}

export type TransportAnswer = CompleteAnswer | FailedAnswer;

/** Sends one request. Never follows a redirect, never retries, never throws but for a request that is a bug. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/** A failure as a value. */
export function failed(reason: FailureReason, message: string, bytes = 0): FailedAnswer {
  return { kind: 'failure', reason, message, bytes };
}
