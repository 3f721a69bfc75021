import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STAGED, type StagedName } from '../../src/contract/staging.ts';
import type { Stream } from '../../src/journal/line.ts';
import { packBatches, unpackBatches } from '../../src/run/packed-batches.ts';
import { BatchBuilder } from '../../src/transform/batch-builder.ts';
import type { StagedBatches } from '../../src/transform/transform.ts';
import { hostileRow, VALID_ROWS } from '../transform/hostile-rows.ts';
import { rowsOf, transformData } from '../transform/staged-values.ts';

const NAMES = Object.keys(STAGED) as StagedName[];

/** What arrives in another thread: a copy, whose memory was given away. */
function sent(batches: StagedBatches): StagedBatches {
  const packed = packBatches(batches);
  return unpackBatches(structuredClone(packed, { transfer: packed.map(({ bytes }) => bytes.buffer) }));
}

test.each(Object.keys(VALID_ROWS) as Stream[])('batches of %s arrive as they are', (stream) => {
  const item = fc.oneof(fc.constant(VALID_ROWS[stream]), hostileRow(stream), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), (data) => {
      const batches = transformData(stream, data);
      const arrived = sent(batches);
      expect([...arrived.keys()]).toEqual([...batches.keys()]);
      for (const [name, batch] of arrived) {
        expect(batch.schema).toEqual(STAGED[name].schema);
        expect(batch.data.children.map(({ nullCount }) => nullCount)).toEqual(
          batches.get(name)?.data.children.map(({ nullCount }) => nullCount),
        );
        expect(rowsOf(arrived, name)).toEqual(rowsOf(batches, name));
      }
    }),
  );
});

test('batches without rows arrive', () => {
  const batches = new Map(NAMES.map((name) => [name, new BatchBuilder(STAGED[name].schema).finish()]));
  for (const [name, batch] of sent(batches)) {
    expect(batch.numRows, name).toBe(0);
    expect(batch.numCols, name).toBe(STAGED[name].schema.fields.length);
  }
});
