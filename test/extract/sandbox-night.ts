import type { Knowledge } from '../../src/contract/knowledge.ts';
import { NO_KNOWLEDGE } from '../../src/contract/knowledge.ts';
import { parseBaseUrl } from '../../src/extract/base-url.ts';
import { makeContext } from '../../src/extract/context.ts';
import type { ExtractEvent } from '../../src/extract/events.ts';
import { type Extraction, extract } from '../../src/extract/extract.ts';
import { Governor, type GovernorOptions } from '../../src/extract/governor.ts';
import { openTransport } from '../../src/extract/open-transport.ts';
import type { PlanOptions } from '../../src/extract/plan.ts';
import { askQuota } from '../../src/extract/quota.ts';
import type { GovernorReport } from '../../src/extract/tally.ts';
import type { Transport } from '../../src/extract/transport.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { readListedRow } from '../../src/transform/aggregated-reports.ts';
import { readRecordVolume } from '../../src/transform/report-records.ts';
import { MemoryJournal, type Written } from './fake-api.ts';
import { drive, type ManualClock } from './manual-clock.ts';

export interface NightOptions {
  readonly knowledge?: Knowledge;
  readonly plan?: Partial<PlanOptions>;
  readonly governor?: Partial<GovernorOptions>;
  readonly token?: string;
  readonly concurrency?: number;
  readonly monitors?: readonly string[];
  readonly since?: string;
  readonly storedVolumes?: (monitor_id: string, ip: string) => ReadonlyMap<string, number>;
  /** Aborts the run after so many requests. */
  readonly stopAfter?: number;
}

export interface Night {
  readonly extraction: Extraction;
  readonly lines: readonly Written[];
  readonly events: readonly ExtractEvent[];
  readonly report: GovernorReport;
}

const DAY_MS = 86_400_000;

/** One run of the stage against a sandbox that lives on the same manual clock. */
export async function runNight(
  sandbox: Sandbox,
  clock: ManualClock,
  options: NightOptions = {},
): Promise<Night> {
  const baseUrl = parseBaseUrl(sandbox.url);
  const transport = openTransport({ baseUrl, token: options.token ?? sandbox.token, userAgent: 'test' });
  const governor = new Governor({
    ratePerMinute: null,
    quotaReserve: { share: 0.2 },
    maxRequests: null,
    deadlineMs: null,
    clock,
    ...options.governor,
  });
  const stop = new AbortController();
  let sent = 0;
  let under = 0;
  const send: Transport = async (request) => {
    sent += 1;
    under += 1;
    if (sent === options.stopAfter) setImmediate(() => stop.abort(new Error('stopped')));
    return transport.send(request).finally(() => {
      under -= 1;
    });
  };
  const journal = new MemoryJournal();
  const events: ExtractEvent[] = [];
  const connection = { send, governor, clock, random: () => 0.5, signal: stop.signal };
  const context = makeContext({
    ...connection,
    journal,
    onEvent: (event) => events.push(event),
    origin: baseUrl.origin,
  });
  const today = Math.floor(clock.now() / DAY_MS);
  const story = async () => {
    await askQuota(connection);
    return extract(context, {
      concurrency: options.concurrency ?? 4,
      knowledge: options.knowledge ?? NO_KNOWLEDGE,
      readListedRow,
      acceptNewAccount: true,
      isPlanOnly: false,
      readRecordVolume: (row) => readRecordVolume(row, today),
      storedVolumes: async (monitor_id, ip) => options.storedVolumes?.(monitor_id, ip) ?? new Map(),
      monitors: options.monitors ?? [],
      since: options.since ?? null,
      snapshotDay: new Date(clock.now()).toISOString().slice(0, 10),
      plan: {
        nowMs: clock.now(),
        maxAgeMs: 3 * DAY_MS,
        verifyShare: 0,
        isFull: false,
        turn: 0,
        ...options.plan,
      },
    });
  };
  try {
    const extraction = await drive(clock, story(), () => under > 0);
    return { extraction, lines: journal.lines, events, report: governor.report() };
  } finally {
    await transport.close();
  }
}
