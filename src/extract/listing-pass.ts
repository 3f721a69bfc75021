import { createHash } from 'node:crypto';
import type { Envelope } from './envelope.ts';

/** The key of a row; null if it has none that can be read. */
export type KeyOf = (row: unknown) => string | null;

/** What one reading of a listing from its start to its end has seen: enough to tell whether rows moved meanwhile. */
export class ListingPass {
  readonly #keyOf: KeyOf;
  readonly #keys = new Set<string>();
  readonly #totals = new Set<number>();
  #rows = 0;
  #newest = '';
  #isRepeat = false;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** Takes a page in. */
  add({ rows, total }: Envelope): void {
    const texts = rows.map(textOf);
    rows.forEach((row, index) => {
      this.#keys.add(this.#keyOf(row) ?? `\0${texts[index]}`);
    });
    this.#rows += rows.length;
    if (total !== undefined) this.#totals.add(total);
    const digest = createHash('sha256').update(texts.join()).digest('base64');
    this.#isRepeat = rows.length > 0 && digest === this.#newest;
    this.#newest = digest;
  }

  /** Whether the newest page has the very rows of the page before: the API does not turn the pages. */
  get isRepeat(): boolean {
    return this.#isRepeat;
  }

  /** Whether rows moved between the pages: the distinct ones are not as many as each page told, or as were read. */
  get hasDrifted(): boolean {
    const { size } = this.#keys;
    return this.#totals.size === 0 ? size !== this.#rows : [...this.#totals].some((total) => total !== size);
  }

  /** Whether the other pass saw exactly the same: then what looks like drift is how the API answers. */
  equals(other: ListingPass): boolean {
    if (this.#rows !== other.#rows || this.#keys.size !== other.#keys.size) return false;
    for (const key of this.#keys) if (!other.#keys.has(key)) return false;
    return true;
  }
}

/** Never throws: JSON nested deeper than any stack is told as just that. */
function textOf(row: unknown): string {
  try {
    return JSON.stringify(row);
  } catch {
    return 'too deep';
  }
}
