/**
 * Errors by what the operator can do about them. Each carries the exit code that the command line ends with
 * and, where there is one, the next step. A message says what failed, on which thing, what was expected and got.
 */

/** The documented exit codes of `dmarc-etl`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  authentication: 4,
  check: 5,
  busy: 75,
  sigint: 130,
  sigterm: 143,
} as const;

export interface ErrorDetails {
  /** What the operator should do next: one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Base of all errors that are told to the operator as one clear message, never as a stack trace. */
export abstract class EtlError extends Error {
  abstract readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
  }
}

/** A flag, an environment variable, a file or an out directory that cannot be used as given. */
export class ConfigurationError extends EtlError {
  readonly exitCode = EXIT.usage;
}

/** The token belongs to another account than the dataset: what this run received must not be loaded into it. */
export class OtherAccountError extends ConfigurationError {}

/** The API refuses the token or its scope (401, 403). Asking again cannot help. */
export class AuthenticationError extends EtlError {
  readonly exitCode = EXIT.authentication;
}

/** The API cannot be used: an answer that breaks the documented form, or no answer after all tries. */
export class ApiError extends EtlError {
  readonly exitCode = EXIT.failed;
}

/** What the API says about one request that it refuses. */
export interface Refusal {
  /** 404, 422 or another 4xx. */
  readonly status: number;
  /** The vendor's `#MS` code without the `#`; null if there is none. */
  readonly code: string | null;
  /** Messages by field of the request. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** The API refuses this one request: there is no such thing (404), or what it says is not accepted (422 and other 4xx). */
export class RefusedError extends ApiError {
  readonly refusal: Refusal;

  constructor(message: string, refusal: Refusal, details?: ErrorDetails) {
    super(message, details);
    this.refusal = refusal;
  }
}

/** No answer tells whether the API did what it was asked to change: look before asking again. */
export class UncertainError extends ApiError {}

/** This machine or process has run out of something, as file handles or memory; neither the API nor the data is at fault. */
export class ResourceError extends EtlError {
  readonly exitCode = EXIT.failed;
}

/** A journal, a database or a file of ours that is not what it should be. */
export class DataError extends EtlError {
  readonly exitCode = EXIT.failed;
}

/** The new version could not be completed or swapped in; what was published before is untouched. */
export class PublishError extends EtlError {
  readonly exitCode = EXIT.failed;
}

/** A check or a verification failed: nothing was published, or what is published is damaged. */
export class CheckError extends EtlError {
  readonly exitCode = EXIT.check;
}

/** Another run holds the lock of this out directory, or another program has its database open for writing. */
export class BusyError extends EtlError {
  readonly exitCode = EXIT.busy;
}
