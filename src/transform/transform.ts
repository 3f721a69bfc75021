import type { RecordBatch } from 'apache-arrow';
import type { StagedName } from '../contract/staging.ts';
import { DataError } from '../errors.ts';
import type { Attempt, Stream } from '../journal/line.ts';
import { listOf } from '../json-list.ts';
import { stageAggregatedReport } from './aggregated-reports.ts';
import { type Answer, type Collection, describeAnswer } from './answer.ts';
import { DriftLog } from './drift.ts';
import { type Item, openItem } from './item.ts';
import { stageMonitor } from './monitors.ts';
import { quarantineBody, quarantineNonObject } from './quarantine.ts';
import { isFields, ownValue } from './readings.ts';
import { stageReportRecord } from './report-records.ts';
import { stageReportSource } from './report-sources.ts';
import { StagedRows } from './staged-rows.ts';
import { parseDay } from './timestamps.ts';

export interface TransformContext {
  readonly run_id: string;
  /** UTC day on which the run started, `YYYY-MM-DD`. */
  readonly snapshotDate: string;
}

/** The staged tables that got rows, one record batch each. */
export type StagedBatches = ReadonlyMap<StagedName, RecordBatch>;

/** Stages an item; false if it was quarantined whole. */
const STAGE_ITEM: Readonly<Record<Stream, (item: Item) => boolean>> = {
  monitors: stageMonitor,
  aggregated_reports: stageAggregatedReport,
  report_records: stageReportRecord,
  report_sources: stageReportSource,
};

/**
 * Turns attempts of a journal into rows for the load. Pure. Every attempt gives a row of `attempts`, every item of an
 * answer gives its rows or is quarantined whole, and nothing in an answer makes it throw. A DataError is thrown for an
 * attempt or a context that is not ours: no time of receipt, an unknown stream, no snapshot day.
 */
export function transformAttempts(attempts: Iterable<Attempt>, context: TransformContext): StagedBatches {
  const collection = openCollection(context);
  for (const attempt of attempts) stageAttempt(describeAnswer(attempt, collection));
  return collection.rows.finish();
}

function openCollection({ run_id, snapshotDate }: TransformContext): Collection {
  const snapshotDay = parseDay(snapshotDate);
  if (snapshotDay === null) throw new DataError(`run ${run_id}: no snapshot date: ${snapshotDate}`);
  const rows = new StagedRows();
  const drift = new DriftLog(run_id, (row) => rows.append('meta_schema_drift', row));
  return { runId: run_id, snapshotDay, rows, drift };
}

function stageAttempt(answer: Answer): void {
  const { attempt, collection, monitorId, receivedAt, windowFrom, windowTo } = answer;
  const { items, quarantined } = attempt.status === 200 ? stageItems(answer) : { items: 0, quarantined: 0 };
  collection.rows.append('attempts', {
    _seq: attempt.seq,
    stream: attempt.stream,
    _run_id: collection.runId,
    snapshot_date: collection.snapshotDay,
    monitor_id: monitorId,
    requested_ip: attempt.ip ?? '',
    page: attempt.page,
    is_last: attempt.is_last,
    fingerprint: attempt.fingerprint,
    status: attempt.status,
    _extracted_at: receivedAt,
    form: formOf(attempt),
    window_from: windowFrom,
    window_to: windowTo,
    items,
    quarantined,
  });
}

function stageItems(answer: Answer): { items: number; quarantined: number } {
  const { body, stream, seq } = answer.attempt;
  const stage = STAGE_ITEM[stream];
  if (stage === undefined) throw new DataError(`journal line of attempt ${seq}: unknown stream ${stream}`);
  const data = itemsOf(body);
  if (data === null) {
    quarantineBody(answer);
    return { items: 0, quarantined: 0 };
  }
  let quarantined = 0;
  for (const [position, row] of data.entries()) {
    if (isFields(row) && stage(openItem(answer, position, row))) continue;
    if (!isFields(row)) quarantineNonObject(answer, position, row);
    quarantined++;
  }
  return { items: data.length, quarantined };
}

/** The items of an answer: its `data`, where null is none, or the answer itself. Null = it holds no list. */
function itemsOf(body: unknown): readonly unknown[] | null {
  if (!isFields(body)) return Array.isArray(body) ? body : null;
  const data = ownValue(body, 'data');
  return data === null ? [] : listOf(data);
}

function formOf({ stream, params }: Attempt): 'plain' | 'early' | 'dated' {
  if (params.date_from === undefined) return 'plain';
  if (stream === 'aggregated_reports') return 'early';
  return stream === 'report_sources' ? 'dated' : 'plain';
}
