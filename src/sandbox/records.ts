import type { Account, Monitor, RecordFacts, Source } from './account.ts';
import { DAY_MS } from './days.ts';
import { between, hexDigits, type Random, stream } from './random.ts';
import { makeVerdict } from './verdicts.ts';
import { REPORTERS } from './vocabulary.ts';

const ALL_REPORTS = REPORTERS.reduce((sum, [, weight]) => sum + weight, 0);

/** Whether records of a day may be late, or all of them are there on the day. */
export type Arrival = 'some late' | 'on the day';

/** Adds the records of one IP on one day: one for a reporter and verdict. */
export function addRecordsOfDay(
  account: Account,
  monitor: Monitor,
  source: Source,
  day: number,
  arrival: Arrival,
): void {
  const { seed, lateShare } = account.options;
  const random = stream(seed, 'records', monitor.index, source.index, source.steady ? 0 : day);
  const count = source.heavy ? between(random, 4, 8) : between(random, 1, random() < 0.2 ? 3 : 2);
  for (let nth = 0; nth < count; nth += 1) {
    const facts = makeRecord(account, monitor, source, day, nth, count, random);
    const late = stream(seed, 'late', monitor.index, source.index, day, nth);
    const lateDays = late() < lateShare ? between(late, 1, 3) : 0;
    facts.arrives = day + (arrival === 'on the day' || source.steady ? 0 : lateDays);
    source.records.push(facts);
  }
}

function makeRecord(
  account: Account,
  monitor: Monitor,
  source: Source,
  day: number,
  nth: number,
  count: number,
  random: Random,
): RecordFacts {
  const reporter = reporterOf(random());
  const volume = random() < 0.01 ? 0 : Math.ceil((source.dailyVolume / count) * (0.4 + 1.2 * random()));
  const verdict = makeVerdict(
    {
      kind: source.kind,
      domain: monitor.domain.name,
      senderDomain: source.domain ?? 'sender.example',
      policy: monitor.policy,
    },
    random,
  );
  const nothing = volume === 0 ? { dmarc: 0, spf: 0, dkim: 0 } : {};
  return {
    id: objectId(day, account.options.seed, monitor.id, source.ip, day, nth),
    ip: source.ip,
    day,
    arrives: day,
    volume,
    ...verdict,
    ...nothing,
    reporter,
    showsPlace: random() < 0.3,
    edits: {},
  };
}

/** An id as Mongo makes it: 8 digits of the time of arrival (some hours into that day), 16 of anything. */
export function objectId(day: number, ...parts: (string | number)[]): string {
  const seconds =
    (day * DAY_MS) / 1000 + 300 + (Number.parseInt(hexDigits(4, 'time', ...parts), 16) % 14_000);
  return seconds.toString(16).padStart(8, '0') + hexDigits(16, 'record', ...parts);
}

function reporterOf(choice: number): string {
  let left = choice * ALL_REPORTS;
  for (const [name, weight] of REPORTERS) {
    if (left < weight) return name;
    left -= weight;
  }
  return '';
}
