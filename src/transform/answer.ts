import { DataError } from '../errors.ts';
import type { Attempt } from '../journal/line.ts';
import type { DriftLog } from './drift.ts';
import type { StagedRows } from './staged-rows.ts';
import { dayOf, parseDay, parseTimestamp } from './timestamps.ts';

/** What all answers of one call share. */
export interface Collection {
  readonly runId: string;
  /** Days since 1970-01-01. */
  readonly snapshotDay: number;
  readonly rows: StagedRows;
  readonly drift: DriftLog;
}

/** One attempt, with what every row made from its answer needs. Days are days since 1970-01-01. */
export interface Answer {
  readonly attempt: Attempt;
  readonly collection: Collection;
  /** `''` for the monitors listing. */
  readonly monitorId: string;
  /** Microseconds since 1970-01-01 UTC. */
  readonly receivedAt: bigint;
  readonly receivedDay: number;
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
}

/** Throws a DataError if the attempt does not say when it was received: then the journal is not ours. */
export function describeAnswer(attempt: Attempt, collection: Collection): Answer {
  const receivedAt = parseTimestamp(attempt.received_at);
  if (receivedAt === null) {
    throw new DataError(
      `journal line of attempt ${attempt.seq}: received_at is no time: ${attempt.received_at}`,
    );
  }
  return {
    attempt,
    collection,
    monitorId: attempt.monitor_id ?? '',
    receivedAt,
    receivedDay: dayOf(receivedAt),
    windowFrom: parseDay(attempt.params.date_from ?? ''),
    windowTo: parseDay(attempt.params.date_to ?? ''),
  };
}
