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
  /** Those that had rows. */
  #pages = 0;
  #rows = 0;
  #newest: Page | null = null;
  #isRepeat = false;
  #isAfterEmpty = false;
  /** Whether the next page is asked for only to see that the newest was the last. */
  isDoubted = false;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** Takes a page in. */
  add({ rows, total }: Envelope): void {
    this.#isAfterEmpty = this.#newest?.rows.length === 0;
    const keys = numbered(rows.map((row) => this.#keyOf(row) ?? `\0${textOf(row)}`));
    const page = { keys, rows };
    this.#isRepeat = rows.length > 0 && this.#newest !== null && isSamePage(page, this.#newest);
    this.#newest = page;
    if (this.#isRepeat && this.isDoubted) return;
    for (const key of keys) this.#keys.add(key);
    this.#rows += rows.length;
    if (rows.length > 0) this.#pages += 1;
    if (total !== undefined) this.#totals.add(total);
  }

  /** Rows so far; those that came again are counted again, but for a page that was asked for in doubt. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether the page before the newest had no rows. */
  get isAfterEmpty(): boolean {
    return this.#isAfterEmpty;
  }

  /** How many rows there are and how many the newest answer told of, where there are fewer; else null. */
  get missing(): { readonly rows: number; readonly total: number } | null {
    const total = [...this.#totals].at(-1);
    return total !== undefined && total > this.#keys.size ? { rows: this.#keys.size, total } : null;
  }

  /** Whether the newest page has the very rows of the page before: the API does not turn the pages. */
  get isRepeat(): boolean {
    return this.#isRepeat;
  }

  /**
   * Whether rows moved between the pages: the distinct ones are not as many as each page told, or as were read. Where one
   * page has all rows, none can have moved.
   */
  get hasDrifted(): boolean {
    const { size } = this.#keys;
    if (this.#pages < 2) return false;
    return this.#totals.size === 0 ? size !== this.#rows : [...this.#totals].some((total) => total !== size);
  }

  /** Whether the other pass saw exactly the same: then what looks like drift is how the API answers. */
  equals(other: ListingPass): boolean {
    if (this.#rows !== other.#rows || this.#keys.size !== other.#keys.size) return false;
    for (const key of this.#keys) if (!other.#keys.has(key)) return false;
    return true;
  }
}

/** Keys with their position among the same ones of a page: rows of one page are different rows, whatever their keys. */
function numbered(keys: readonly string[]): readonly string[] {
  if (new Set(keys).size === keys.length) return keys;
  const seen = new Map<string, number>();
  return keys.map((key) => {
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return nth === 0 ? key : `${key}\0${nth}`;
  });
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
