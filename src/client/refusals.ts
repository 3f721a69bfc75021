import { ApiError, RefusedError } from '../errors.ts';
import { printable } from '../extract/answer-body.ts';
import { type BudgetReason, BudgetSpent } from '../extract/budget-spent.ts';
import { readErrorBody } from '../extract/envelope.ts';
import type { TransportRequest } from '../extract/transport.ts';
import { explainStatus, vendorCode } from '../extract/vendor-codes.ts';

/** What is told of a request: `PUT /dmarc-monitoring/x`. */
export function nameOf({ method, segments }: TransportRequest): string {
  return `${method} /${segments.join('/')}`;
}

/** The error that a refused request ends with, from the answer's status and body; of a redirect, `error` says where to. */
export function refusedError(
  request: TransportRequest,
  status: number,
  body: string,
  error?: ApiError,
): RefusedError {
  const { message, errors: fields } = readErrorBody(body);
  const code = vendorCode(body);
  if (error !== undefined && status < 400)
    return new RefusedError(error.message, { status, code, fields }, { hint: error.hint });
  const told = [...new Set([message, ...Object.values(fields).flat()])].filter((text) => text !== '');
  const head = [status, code === null ? '' : `#${code}`].filter((part) => part !== '').join(' ');
  const said = told.length === 0 ? '' : `: ${told.slice(0, 5).map(printable).join(' ')}`;
  return new RefusedError(`${nameOf(request)}: ${explainStatus(status, code)} (${head}${said})`, {
    status,
    code,
    fields,
  });
}

const BUDGETS: Readonly<Record<BudgetReason, readonly [what: string, hint: string]>> = {
  quota: [
    "the day's quota is used up to its reserve",
    'Wait for midnight UTC, or leave less in reserve (quotaReserve, --quota-reserve).',
  ],
  max_requests: ['as many requests as allowed were sent', 'Allow more (maxRequests).'],
  deadline: ['the time allowed is over', 'Allow more (deadlineMs).'],
};

/** What the governor ends with, as an error for the caller; anything else as it is. */
export function asClientError(error: unknown): unknown {
  if (!(error instanceof BudgetSpent)) return error;
  const [what, hint] = BUDGETS[error.reason];
  return new ApiError(`no further request is sent: ${what}`, { hint, cause: error });
}
