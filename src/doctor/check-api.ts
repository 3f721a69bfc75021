import type { Clock } from '../clock.ts';
import type { BaseUrl } from '../extract/base-url.ts';
import { parseJson, readErrorBody, readQuotaBody } from '../extract/envelope.ts';
import { ROOT } from '../extract/monitors.ts';
import { readPage } from '../extract/read-page.ts';
import type { CompleteAnswer, FailedAnswer, Transport, TransportAnswer } from '../extract/transport.ts';
import { explainRefusal, vendorCode } from '../extract/vendor-codes.ts';
import type { QuotaReserveOption } from '../options.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export interface ApiContext {
  readonly baseUrl: BaseUrl;
  readonly send: Transport;
  readonly clock: Pick<Clock, 'now'>;
  readonly quotaReserve: QuotaReserveOption;
}

/** A clock that is off by more shows in file names and in the days of snapshots. */
const MOST_SECONDS_OFF = 60;

/** Asks for the quota, which is free, and for one page of monitors: reachability, token, clock, quota, scope. */
export async function checkApi(context: ApiContext): Promise<Finding[]> {
  const { baseUrl, send, clock } = context;
  const quota = await send({ method: 'GET', segments: ['api-quota'] });
  const nowMs = clock.now();
  if (quota.kind === 'failure') return [unreached(baseUrl, quota)];
  const reached = ok('api', `${baseUrl.href} answers`);
  const refused = refusal('token', quota);
  if (refused !== null) return [reached, checkClock(quota, nowMs), refused];
  const page = await send({ method: 'GET', segments: [ROOT], query: { page: '1', limit: '10' } });
  return [reached, checkClock(quota, nowMs), checkScope(page), checkQuota(quota, context)];
}

function unreached({ origin }: BaseUrl, { message, hint }: FailedAnswer): Finding {
  return hint === undefined
    ? fail(
        'api',
        `${origin} cannot be reached: ${message}`,
        'Check the network and --api-url, and try again.',
      )
    : fail('api', message, hint);
}

function checkClock({ headers }: CompleteAnswer, nowMs: number): Finding {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) return ok('clock', 'the API does not tell its time');
  const seconds = Math.trunc((nowMs - date) / 1000);
  const told = `this clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the API's`;
  return Math.abs(seconds) <= MOST_SECONDS_OFF
    ? ok('clock', told)
    : warn('clock', told, 'Set it by NTP: days and file names come from it.');
}

function checkScope(page: TransportAnswer): Finding {
  const hint = 'Try again; if it stays, tell MailerSend what came.';
  if (page.kind === 'failure')
    return fail('scope', `the monitors cannot be listed: ${page.message}`, page.hint ?? hint);
  const refused = refusal('scope', page);
  if (refused !== null) return refused;
  if (page.status === 429) {
    return warn('scope', 'the API asks for a pause (429)', 'Wait a minute, or until midnight UTC.');
  }
  const isPage = page.status >= 200 && page.status < 300 && readPage(page) !== null;
  if (!isPage) return fail('scope', `the list of monitors came as status ${page.status}`, hint);
  return ok('scope', 'the token may read DMARC monitoring');
}

function checkQuota(answer: CompleteAnswer, { quotaReserve }: ApiContext): Finding {
  const told = answer.status === 200 ? readQuotaBody(parseJson(answer.text)) : null;
  if (told === null || told.remaining === null) {
    return warn('quota', 'the API does not tell the quota', 'Bound runs with --max-requests.');
  }
  const { quota, remaining } = told;
  const reserve =
    'requests' in quotaReserve ? quotaReserve.requests : Math.ceil(quotaReserve.share * (quota ?? remaining));
  const spare = Math.max(0, remaining - reserve);
  const message = `${count(remaining)} of ${quota === null ? 'an unknown number' : count(quota)} requests left today, ${count(spare)} beyond the reserve`;
  return spare > 0
    ? ok('quota', message)
    : warn('quota', message, 'Wait for midnight UTC, or lower --quota-reserve.');
}

function refusal(name: string, answer: CompleteAnswer): Finding | null {
  if (answer.status !== 401 && answer.status !== 403) return null;
  const { what, hint } = explainRefusal(answer.status, vendorCode(readErrorBody(answer.text).message));
  return fail(name, `${what} (status ${answer.status})`, hint);
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
