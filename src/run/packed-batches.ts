import { type RecordBatch, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import type { StagedName } from '../contract/staging.ts';
import type { StagedBatches } from '../transform/transform.ts';

/** Record batches in Arrow's IPC format, whose bytes go from thread to thread without being copied. */
export type PackedBatches = readonly (readonly [name: StagedName, bytes: Uint8Array<ArrayBuffer>])[];

export function packBatches(batches: StagedBatches): PackedBatches {
  return [...batches].map(([name, batch]) => [name, ownBytes(tableToIPC(new Table([batch])))]);
}

export function unpackBatches(packed: PackedBatches): StagedBatches {
  return new Map(packed.map(([name, bytes]) => [name, tableFromIPC(bytes).batches[0] as RecordBatch]));
}

/** Bytes in a buffer of their own, which can be given away. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
