import { DataType, type RecordBatch } from 'apache-arrow';
import { STAGED, type StagedName } from '../../src/contract/staging.ts';
import type { Attempt, Stream } from '../../src/journal/line.ts';
import { type StagedBatches, transformAttempts } from '../../src/transform/transform.ts';

/** A staged row as JSON would have it: days `YYYY-MM-DD`, time stamps ISO 8601 with microseconds. */
export type PlainRow = Record<string, string | number | boolean | null>;

export const CONTEXT = { run_id: '20251106T010203Z-abcd', snapshotDate: '2025-11-06' };

/** An answered attempt with `overrides`. */
export function attemptOf(stream: Stream, overrides: Partial<Attempt> = {}): Attempt {
  return {
    v: 1,
    seq: 7,
    stream,
    monitor_id: stream === 'monitors' ? null : 'monitor-1',
    ip: stream === 'report_records' ? '192.0.2.1' : null,
    page: 1,
    is_last: true,
    fingerprint: null,
    received_at: '2025-11-06T01:02:03.456Z',
    status: 200,
    duration_ms: 12,
    params: { page: '1', limit: '100' },
    ...overrides,
  };
}

/** What `data` as an answer of `stream` becomes. */
export function transformData(stream: Stream, data: readonly unknown[]): StagedBatches {
  return transformAttempts([attemptOf(stream, { body: { data } })], CONTEXT);
}

/** The rows of a staged table; none if it has no batch. */
export function rowsOf(batches: StagedBatches, name: StagedName): PlainRow[] {
  const batch = batches.get(name);
  if (batch === undefined) return [];
  return Array.from({ length: batch.numRows }, (_, row) => plainRow(batch, name, row));
}

function plainRow(batch: RecordBatch, name: StagedName, row: number): PlainRow {
  return Object.fromEntries(
    STAGED[name].schema.fields.map((field, column) => [field.name, plainValue(batch, column, row)]),
  );
}

function plainValue(batch: RecordBatch, column: number, row: number): string | number | boolean | null {
  const vector = batch.getChildAt(column);
  const data = batch.data.children[column];
  if (vector === null || data === undefined) throw new Error(`no column ${column}`);
  const value: unknown = vector.get(row);
  if (value === null) return null;
  if (DataType.isTimestamp(data.type)) return isoMicros(data.values[row] as bigint);
  if (DataType.isDate(data.type))
    return new Date(Number(data.values[row]) * 86_400_000).toISOString().slice(0, 10);
  return typeof value === 'bigint' ? Number(value) : (value as string | number | boolean);
}

/** Written with JavaScript's own calendar, not the transform's. */
function isoMicros(micros: bigint): string {
  const belowSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - belowSecond) / 1000n)).toISOString().slice(0, -5);
  return `${seconds}.${String(belowSecond).padStart(6, '0')}Z`;
}
