/** What the server says to a request, before faults and limits. */
export interface Answer {
  status: number;
  /** undefined = an empty body. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Called when the body was sent whole. */
  sent?: () => void;
}

/** An error as the API words it; thrown by whoever finds it. */
export class ApiError extends Error {
  readonly answer: Answer;
  constructor(status: number, message: string, extra: Record<string, unknown> = {}, headers = {}) {
    super(message);
    this.answer = { status, body: { message, ...extra }, headers };
  }
}

/** 401: no token, or a wrong one. */
export function unauthenticated(): ApiError {
  return new ApiError(401, 'Unauthenticated.');
}

/** 403: the token lacks the scope. */
export function forbidden(): ApiError {
  return new ApiError(403, 'This action is unauthorized. #MS40301');
}

/** 404. */
export function notFound(): ApiError {
  return new ApiError(404, 'Resource not found.');
}

/** 405, with the methods that would do. */
export function methodNotAllowed(allowed: readonly string[]): ApiError {
  return new ApiError(405, 'The method is not supported for this route.', {}, { allow: allowed.join(', ') });
}

/** 422 about one field. */
export function invalid(field: string, problem: string): ApiError {
  const message = `The ${field} ${problem}. #MS42209`;
  return new ApiError(422, message, { errors: { [field]: [message] } });
}
