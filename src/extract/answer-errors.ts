import { ApiError, AuthenticationError, ResourceError } from '../errors.ts';
import { printable } from './answer-body.ts';
import { parseJson, readErrorBody } from './envelope.ts';
import type { CompleteAnswer, TransportAnswer } from './transport.ts';
import { explainRefusal } from './vendor-codes.ts';

/** Why an answer is of no use, in one line. */
export function describeAnswer(answer: TransportAnswer): string {
  if (answer.kind === 'failure') return `${answer.reason}: ${printable(answer.message)}`;
  if (answer.status >= 200 && answer.status < 300) {
    return parseJson(answer.text) === undefined
      ? 'the answer is no JSON'
      : 'the answer lacks the documented form';
  }
  if (isRedirect(answer)) return `status ${answer.status}: ${describeRedirect(answer)}`;
  const { message, errors } = readErrorBody(answer.text);
  const details = [message, ...Object.values(errors).flat()].filter((text) => text !== '');
  return [`status ${answer.status}`, ...details.slice(0, 3).map(printable)].join(': ');
}

/** The error of a request that is refused. */
export function refusedRequest(what: string, answer: TransportAnswer): ApiError {
  const hint =
    answer.kind === 'answer' && isRedirect(answer)
      ? 'Give the base URL that is meant with --api-url, if the API has moved; else see what sits between.'
      : undefined;
  return new ApiError(`${what}: ${describeAnswer(answer)}`, { hint });
}

/** The error of a request that has no usable answer after all tries. */
export function noUsableAnswer(what: string, answer: TransportAnswer): ApiError {
  if (answer.kind === 'failure' && answer.hint !== undefined) {
    return new ApiError(answer.message, { hint: answer.hint });
  }
  return new ApiError(`${what}: no usable answer: ${describeAnswer(answer)}`);
}

/** The error of a request that failed for a fault of this machine. */
export function machineError(answer: TransportAnswer): ResourceError {
  return answer.kind === 'failure'
    ? new ResourceError(answer.message, { hint: answer.hint })
    : new ResourceError(describeAnswer(answer));
}

export function refusedToken(status: number, code: string | null): AuthenticationError {
  const { what, hint } = explainRefusal(status, code);
  return new AuthenticationError(
    `the API refuses the request (${[status, code].filter(Boolean).join(' #')}): ${what}`,
    { hint },
  );
}

function isRedirect({ status }: CompleteAnswer): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

function describeRedirect({ headers }: CompleteAnswer): string {
  const where = headers.location === undefined ? '' : ` to ${printable(placeOf(headers.location))}`;
  return `a redirect${where}, and redirects are not followed`;
}

/** Stands for the API where a Location names no host. */
const SAME_HOST = 'https://same-host.invalid';

/** Where a Location leads, without user, password, query and fragment. */
function placeOf(location: string): string {
  if (!URL.canParse(location, SAME_HOST)) return 'a place that is no URL';
  const { origin, pathname } = new URL(location, SAME_HOST);
  return origin === SAME_HOST ? pathname : `${origin}${pathname}`;
}
