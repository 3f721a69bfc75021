import type { Envelope } from './envelope.ts';

/** The key of a row; null if it has none that can be read. */
export type KeyOf = (row: unknown) => string | null;

interface Page {
  readonly keys: readonly string[];
  readonly rows: readonly unknown[];
}

/** What one reading of a listing from its start to its end has seen: enough to tell whether rows moved meanwhile. */
export class ListingPass {
  readonly #keyOf: KeyOf;
  readonly #keys = new Set<string>();
  readonly #totals = new Set<number>();
  #rows = 0;
  #newest: Page = { keys: [], rows: [] };
  #isRepeat = false;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** Takes a page in. */
  add({ rows, total }: Envelope): void {
    const keys = rows.map((row) => this.#keyOf(row) ?? `\0${textOf(row)}`);
    for (const key of keys) this.#keys.add(key);
    this.#rows += rows.length;
    if (total !== undefined) this.#totals.add(total);
    const page = { keys, rows };
    this.#isRepeat = rows.length > 0 && isSamePage(page, this.#newest);
    this.#newest = page;
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

/** Rows of other keys differ; only where all keys are the same are whole rows compared. */
function isSamePage(left: Page, right: Page): boolean {
  if (left.keys.length !== right.keys.length) return false;
  if (left.keys.some((key, index) => key !== right.keys[index])) return false;
  return left.rows.every((row, index) => textOf(row) === textOf(right.rows[index]));
}

/** Never throws: JSON nested deeper than any stack is told as just that. */
function textOf(row: unknown): string {
  try {
    return JSON.stringify(row);
  } catch {
    return 'too deep';
  }
}
