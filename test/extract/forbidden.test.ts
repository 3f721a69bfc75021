import { expect, test } from 'vitest';
import { NO_KNOWLEDGE } from '../../src/contract/knowledge.ts';
import { AuthenticationError } from '../../src/errors.ts';
import { type Extraction, extract } from '../../src/extract/extract.ts';
import type { TransportAnswer, TransportRequest } from '../../src/extract/transport.ts';
import { readListedRow } from '../../src/transform/aggregated-reports.ts';
import { json, type TestContext, testContext } from './fake-api.ts';
import { drive } from './manual-clock.ts';

const MONITORS = json({ data: [{ id: 'm1' }, { id: 'm2' }], links: { next: null } });
const IPS = Array.from({ length: 6 }, (_, index) => ({ ip_address: `192.0.2.${index}`, total_volume: 1 }));

/** What the fake API answers; null = as it should. */
type Respond = (request: TransportRequest) => TransportAnswer | null;

/** A night with two monitors of six source IPs each. */
function night(respond: Respond, concurrency = 1): TestContext & { readonly end: Promise<Extraction> } {
  const test = testContext(async (request) => respond(request) ?? rightAnswer(request));
  const { clock } = test;
  const end = extract(test.context, {
    concurrency,
    knowledge: NO_KNOWLEDGE,
    monitors: [],
    since: null,
    snapshotDay: '2025-11-05',
    acceptNewAccount: true,
    isPlanOnly: false,
    readListedRow,
    readRecordVolume: () => null,
    storedVolumes: async () => new Map(),
    plan: { nowMs: clock.now(), maxAgeMs: 0, verifyShare: 0, isFull: false, turn: 0 },
  });
  return { ...test, end: drive(clock, end) };
}

function rightAnswer({ segments }: TransportRequest): TransportAnswer {
  if (segments.length === 1) return MONITORS;
  return json({ data: segments.length === 3 && segments[2] === 'report' ? IPS : [], links: { next: null } });
}

const forbidden = (text = 'this monitor is paused') => json({ message: text }, 403);
const isOf = (monitor: string, { segments }: TransportRequest) => segments[1] === monitor;

test.each(['this monitor is paused', 'not now #MS42209', '<html>'])(
  'a monitor that is forbidden (%s) is skipped, and the others are read',
  async (text) => {
    const { end, events, journal } = night((request) => (isOf('m1', request) ? forbidden(text) : null));
    expect((await end).end).toEqual({ stop_reason: 'errors', skipped: 1, isStopped: false });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'skipped', scope: expect.objectContaining({ monitor_id: 'm1' }) }),
    );
    const read = journal.lines.filter(({ monitor_id, status }) => monitor_id === 'm2' && status === 200);
    expect(read.length).toBe(1 + IPS.length + 1);
    const refused = journal.lines.filter(({ status }) => status === 403);
    expect(refused).toMatchObject([{ monitor_id: 'm1', is_last: false }]);
  },
);

test('details that are forbidden are not asked for one by one', async () => {
  const respond: Respond = (request) =>
    isOf('m1', request) && request.segments.length === 4 ? forbidden() : null;
  const { end, events, journal } = night(respond);
  expect((await end).end).toMatchObject({ stop_reason: 'errors', skipped: IPS.length });
  expect(journal.lines.filter(({ status }) => status === 403).length).toBe(3);
  const skipped = events.filter((event) => event.type === 'ip-done' && event.outcome === 'skipped');
  expect(skipped.length).toBe(IPS.length);
});

test.each([
  ['the list of monitors', ({ segments }: TransportRequest) => (segments.length === 1 ? forbidden() : null)],
  [
    'one monitor, with a code of the account',
    (request: TransportRequest) => (isOf('m1', request) ? forbidden('x #MS40302') : null),
  ],
  [
    'one monitor, as 401',
    (request: TransportRequest) => (isOf('m1', request) ? json({ message: 'no' }, 401) : null),
  ],
])('a refusal of %s is fatal', async (_, respond) => {
  await expect(night(respond).end).rejects.toBeInstanceOf(AuthenticationError);
});
