import { type ExtractContext, makeContext } from '../../src/extract/context.ts';
import type { ExtractEvent } from '../../src/extract/events.ts';
import { Governor, type GovernorOptions } from '../../src/extract/governor.ts';
import type { Transport, TransportAnswer, TransportRequest } from '../../src/extract/transport.ts';
import type { JournalWriter } from '../../src/journal/append.ts';
import type { AttemptFields, FooterFields } from '../../src/journal/line.ts';
import { ManualClock } from './manual-clock.ts';

export type Form = 'bare' | 'links' | 'total';

/** A line as a test wants to see it: the attempt, and the text that was given as its body. */
export type Written = AttemptFields & { readonly bodyText: string | undefined };

/** A journal in memory. */
export class MemoryJournal implements JournalWriter {
  readonly path = 'memory';
  readonly lines: Written[] = [];

  async append(attempt: AttemptFields, bodyText?: string): Promise<number> {
    this.lines.push({ ...attempt, bodyText });
    return this.lines.length;
  }

  async close(_footer: FooterFields): Promise<void> {}

  async abandon(): Promise<void> {}
}

export interface TestContext {
  readonly context: ExtractContext;
  readonly journal: MemoryJournal;
  readonly events: ExtractEvent[];
  readonly requests: TransportRequest[];
  readonly clock: ManualClock;
  readonly governor: Governor;
  readonly stop: AbortController;
}

/** A context whose every request is answered by `respond`, without pacing unless it is asked for. */
export function testContext(respond: Transport, options: Partial<GovernorOptions> = {}): TestContext {
  const clock = new ManualClock();
  const governor = new Governor({
    ratePerMinute: 0,
    quotaReserve: { share: 0.2 },
    maxRequests: null,
    deadlineMs: null,
    clock,
    ...options,
  });
  const journal = new MemoryJournal();
  const events: ExtractEvent[] = [];
  const requests: TransportRequest[] = [];
  const stop = new AbortController();
  const send: Transport = (request) => {
    requests.push(request);
    return respond(request);
  };
  const context = makeContext({
    send,
    governor,
    clock,
    random: () => 0.5,
    signal: stop.signal,
    journal,
    onEvent: (event) => events.push(event),
    origin: 'https://api.example',
  });
  return { context, journal, events, requests, clock, governor, stop };
}

/** A complete answer of JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): TransportAnswer {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { kind: 'answer', status, headers, text, bytes: text.length };
}

/** A page of rows in a form, as the request asks for it. */
export function pageOf(
  rows: readonly unknown[],
  form: Form,
  { query = {} }: TransportRequest,
  limit?: number,
): unknown {
  const page = Number(query.page ?? 1);
  const perPage = limit ?? Number(query.limit ?? 25);
  const data = rows.slice((page - 1) * perPage, page * perPage);
  if (form === 'bare') return { data };
  const lastPage = Math.max(1, Math.ceil(rows.length / perPage));
  const link = (number: number) => `https://api.example/v1/x?page=${number}`;
  const links = { first: link(1), last: null, prev: null, next: page < lastPage ? link(page + 1) : null };
  const meta = { current_page: page, per_page: perPage, path: 'x', from: null, to: null };
  if (form === 'links') return { data, links, meta };
  return { data, links, meta: { ...meta, last_page: lastPage, total: rows.length } };
}

/** Rows with ids. */
export function rowsOf(count: number, from = 0): { id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `r${from + index}` }));
}
