import { extraText } from './extra.ts';
import type { Item } from './item.ts';

/** The columns every staged row of an item ends with. Read the item's fields before: they can add to `extra`. */
export function lineageOf(item: Item) {
  const { attempt, collection, receivedAt } = item.answer;
  return {
    extra: extraText(item),
    _run_id: collection.runId,
    _extracted_at: receivedAt,
    _seq: attempt.seq,
    _item: item.position,
  };
}
