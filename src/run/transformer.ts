import { type LineGroup, parseAttempts } from '../journal/parse.ts';
import { type StagedBatches, type TransformContext, transformAttempts } from '../transform/transform.ts';

/**
 * Turns groups of journal lines into staged rows, group by group in any order. Throws what reading the groups throws,
 * and a DataError for a line that is no attempt.
 */
export type Transformer = (
  groups: AsyncIterable<LineGroup>,
  context: TransformContext,
) => AsyncGenerator<StagedBatches>;

/** Transforms in the thread that asks for it. */
export const transformHere: Transformer = async function* (groups, context) {
  for await (const group of groups) yield transformGroup(group, context);
};

/** The staged rows of a group. */
export function transformGroup(group: LineGroup, context: TransformContext): StagedBatches {
  return transformAttempts(parseAttempts(group), context);
}
