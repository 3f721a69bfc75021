import { Data, type Field, type RecordBatch } from 'apache-arrow';
import { STAGED, type StagedName } from '../contract/staging.ts';
import { batchOf } from '../transform/batch-builder.ts';
import type { StagedBatches } from '../transform/transform.ts';

/**
 * A record batch on its way from one thread to another: the buffers of its columns one after the other, in memory that
 * can be given away. Both threads know its schema. Arrow's own IPC format tells it anew in each batch, which costs more
 * than all the copying.
 */
interface PackedBatch {
  readonly name: StagedName;
  readonly rows: number;
  /** Nulls of each column. */
  readonly nullCounts: readonly number[];
  /** Bytes of each buffer: {@link BUFFERS} a column; 0 for one that the column does not have. */
  readonly sizes: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type PackedBatches = readonly PackedBatch[];

/** Offsets, values and validity, in the order of Arrow's `Data`. */
const BUFFERS = 3;

/** Where a buffer can begin: at a multiple of the widest value. */
const ALIGNMENT = 8;

export function packBatches(batches: StagedBatches): PackedBatches {
  return [...batches].map(([name, batch]) => packBatch(name, batch));
}

export function unpackBatches(packed: PackedBatches): StagedBatches {
  return new Map(packed.map((batch) => [batch.name, unpackBatch(batch)]));
}

function packBatch(name: StagedName, { data, numRows }: RecordBatch): PackedBatch {
  const buffers = data.children.flatMap(({ valueOffsets, values, nullBitmap }) => [
    valueOffsets,
    values,
    nullBitmap,
  ]);
  const sizes = buffers.map((buffer) => buffer?.byteLength ?? 0);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + aligned(size), 0));
  let at = 0;
  for (const buffer of buffers) {
    if (buffer === undefined) continue;
    bytes.set(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), at);
    at += aligned(buffer.byteLength);
  }
  return { name, rows: numRows, nullCounts: data.children.map(({ nullCount }) => nullCount), sizes, bytes };
}

function unpackBatch({ name, rows, nullCounts, sizes, bytes }: PackedBatch): RecordBatch {
  let at = 0;
  const take = <T>(index: number, ArrayType: TypedArrayConstructor<T>): T => {
    const size = sizes[index] ?? 0;
    const taken = new ArrayType(bytes.buffer, at, size / ArrayType.BYTES_PER_ELEMENT);
    at += aligned(size);
    return taken;
  };
  const { schema } = STAGED[name];
  const columns = schema.fields.map(({ type }: Field, column) => {
    const first = column * BUFFERS;
    const offsets = take(first, Int32Array);
    const values = take<(typeof type)['TArray']>(first + 1, type.ArrayType);
    const validity = take(first + 2, Uint8Array);
    return new Data(type, 0, rows, nullCounts[column], [offsets, values, validity]);
  });
  return batchOf(schema, rows, columns);
}

interface TypedArrayConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
