import { parentPort, workerData } from 'node:worker_threads';
import { DataError } from '../errors.ts';
import type { LineGroup } from '../journal/parse.ts';
import type { TransformContext } from '../transform/transform.ts';
import { type PackedBatches, packBatches } from './packed-batches.ts';
import { transformGroup } from './transformer.ts';

/** The thread of `transform-aside.ts`: transforms one group of journal lines after the other, and answers each. */

/** The rows of a group, or why there are none; `isOurs` = a DataError, made for the operator. */
export type TransformAnswer =
  | { readonly batches: PackedBatches }
  | {
      readonly failure: {
        readonly message: string;
        readonly hint: string | undefined;
        readonly isOurs: boolean;
      };
    };

parentPort?.on('message', (group: LineGroup) => {
  const answer = answerTo(group, workerData as TransformContext);
  const buffers = 'batches' in answer ? answer.batches.map(({ bytes }) => bytes.buffer) : [];
  parentPort?.postMessage(answer, buffers);
});

function answerTo(group: LineGroup, context: TransformContext): TransformAnswer {
  try {
    return { batches: packBatches(transformGroup(group, context)) };
  } catch (error) {
    const { message, stack } = error as Error;
    if (error instanceof DataError) return { failure: { message, hint: error.hint, isOurs: true } };
    return { failure: { message: stack ?? message, hint: undefined, isOurs: false } };
  }
}
