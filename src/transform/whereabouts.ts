import { extraText } from './extra.ts';
import type { Item } from './item.ts';

/** The columns every staged row of an item ends with. Read the item's fields before: they can add to `extra`. */
export function whereaboutsOf(item: Item) {
  return { extra: extraText(item), _seq: item.answer.attempt.seq, _item: item.position };
}
