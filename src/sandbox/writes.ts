import { type Account, findMonitor, type Monitor, type Source } from './account.ts';
import { type Answer, ApiError, invalid, notFound } from './answers.ts';
import { timestamp } from './days.ts';
import { removeMonitor } from './history.ts';
import { makeNewMonitor } from './monitors.ts';
import { monitorRow } from './rows.ts';

const LONGEST_RECORD = 1_000;

/** A write with what it depends on. */
export interface WriteRequest {
  account: Account;
  monitorId: string;
  ip: string;
  /** The body as it came. */
  text: string;
}

/** POST dmarc-monitoring: a monitor without reports for a domain that has none yet. */
export function createMonitor({ account, text }: WriteRequest): Answer {
  const id = fieldOf(text, 'domain_id');
  if (account.monitors.some(({ domain }) => domain.id === id)) {
    throw invalid('domain_id', 'has already been taken');
  }
  const domain = account.spareDomains.find((spare) => spare.id === id);
  if (domain === undefined) throw invalid('domain_id', 'is invalid');
  const monitor = makeNewMonitor(account, account.made, domain, account.options.now());
  account.made += 1;
  account.version += 1;
  account.spareDomains = account.spareDomains.filter((spare) => spare !== domain);
  account.monitors.push(monitor);
  return { status: 201, body: { data: monitorRow(account.options, monitor, false) } };
}

/** PUT {monitor}: another wanted record. */
export function updateMonitor(request: WriteRequest): Answer {
  const { account, text } = request;
  const monitor = monitorOf(request);
  const wanted = fieldOf(text, 'wanted_dmarc_record');
  if (wanted.length > LONGEST_RECORD) {
    throw invalid('wanted_dmarc_record', `must not be greater than ${LONGEST_RECORD} characters`);
  }
  const now = timestamp(account.options.now());
  const dmarcValid = wanted === monitor.dmarcRecord;
  Object.assign(monitor, { wantedRecord: wanted, dmarcValid, checkedAt: now, updatedAt: now });
  account.version += 1;
  return { status: 200, body: { data: monitorRow(account.options, monitor) } };
}

/** DELETE {monitor}. */
export function deleteMonitor(request: WriteRequest): Answer {
  removeMonitor(request.account, monitorOf(request).id);
  return { status: 204 };
}

/** PUT or DELETE {monitor}/favorite/{ip}. */
export function setFavorite(request: WriteRequest, favorite: boolean): Answer {
  sourceOf(request).favorite = favorite;
  request.account.version += 1;
  return { status: 200 };
}

function monitorOf({ account, monitorId }: WriteRequest): Monitor {
  const monitor = findMonitor(account, monitorId);
  if (monitor === undefined) throw notFound();
  return monitor;
}

function sourceOf(request: WriteRequest): Source {
  const source = monitorOf(request).sources.get(request.ip);
  if (source === undefined) throw notFound();
  return source;
}

/** A field of a JSON body that must be text. Throws a 400 for a body that is no JSON, a 422 for a missing field. */
function fieldOf(text: string, name: string): string {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, 'The request body is not valid JSON.');
  }
  const value = (body as Record<string, unknown> | null)?.[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, value === undefined || value === '' ? 'field is required' : 'must be a string');
}
