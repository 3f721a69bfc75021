import { ApiError, methodNotAllowed, notFound } from './answers.ts';

/** The endpoints of the document by what they do, `api-quota`, and `unknown` for all other addresses. */
export type Endpoint =
  | 'list'
  | 'create'
  | 'update'
  | 'delete'
  | 'report'
  | 'report-ip'
  | 'report-sources'
  | 'favorite-add'
  | 'favorite-remove'
  | 'api-quota'
  | 'unknown';

/** What is asked for. */
export interface Route {
  endpoint: Endpoint;
  monitorId: string;
  ip: string;
  /** Whether it needs the full scope. */
  writes: boolean;
  /** Thrown after the token was checked. */
  error: ApiError | null;
}

type Methods = Readonly<Record<string, Endpoint>>;

const WRITES: readonly Endpoint[] = ['create', 'update', 'delete', 'favorite-add', 'favorite-remove'];

/** The route of a method and a path that is still percent-encoded. Never throws: errors are part of the route. */
export function findRoute(method: string, path: string): Route {
  const segments = decodeSegments(path);
  if (segments === null) return noRoute(new ApiError(400, 'Malformed URL.'));
  const [version, resource, monitorId = '', part, ip = ''] = segments;
  if (version !== 'v1' || segments.length > 5) return noRoute(notFound());
  if (resource === 'api-quota' && segments.length === 2) return choose(method, { GET: 'api-quota' }, '', '');
  const methods = resource === 'dmarc-monitoring' ? methodsOf(segments.length, monitorId, part) : null;
  return methods === null ? noRoute(notFound()) : choose(method, methods, monitorId, ip);
}

function methodsOf(depth: number, monitorId: string, part: string | undefined): Methods | null {
  if (depth === 2) return { GET: 'list', POST: 'create' };
  if (monitorId === '') return null;
  if (depth === 3) return { PUT: 'update', DELETE: 'delete' };
  if (depth === 4 && part === 'report') return { GET: 'report' };
  if (depth === 4 && part === 'report-sources') return { GET: 'report-sources' };
  if (depth === 5 && part === 'report') return { GET: 'report-ip' };
  if (depth === 5 && part === 'favorite') return { PUT: 'favorite-add', DELETE: 'favorite-remove' };
  return null;
}

function choose(method: string, methods: Methods, monitorId: string, ip: string): Route {
  const endpoint = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (endpoint === undefined) return noRoute(methodNotAllowed(Object.keys(methods)));
  return { endpoint, monitorId, ip, writes: WRITES.includes(endpoint), error: null };
}

function noRoute(error: ApiError): Route {
  return { endpoint: 'unknown', monitorId: '', ip: '', writes: false, error };
}

/** Decoded segments; empty ones at the end fall away, so `report/` is `report`. Null if a segment cannot be decoded. */
function decodeSegments(path: string): string[] | null {
  const raw = path.split('/').slice(1);
  while (raw.at(-1) === '') raw.pop();
  try {
    return raw.map(decodeURIComponent);
  } catch {
    return null;
  }
}
