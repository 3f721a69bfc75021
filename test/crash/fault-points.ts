import type { Standing } from './fault-world.ts';

/** Set by the soak: every point is tried. */
const IS_WHOLE = process.env.CRASH_ALL === '1';

/** Which points are tried when not all are: another choice every day, the same with the same CRASH_SEED. */
export const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Date.now() / 86_400_000));

/** About `budget` of the points, evenly spread; `kinds` = how many neighbours are the same place with other faults. */
export function choose<T>(points: readonly T[], budget: number, kinds: number): T[] {
  if (IS_WHOLE || points.length <= budget) return [...points];
  let step = Math.ceil(points.length / budget);
  while (kinds > 1 && step % kinds === 0) step += 1;
  return points.filter((_, index) => index % step === SEED % step);
}

/** Counts what was seen, and tells it in one line. */
export class Score {
  readonly #what: string;
  readonly #of: number;
  readonly #seen: Record<Standing, number> = { none: 0, old: 0, new: 0 };
  readonly #wrong: string[] = [];
  #tried = 0;

  constructor(what: string, of: number) {
    this.#what = what;
    this.#of = of;
  }

  /** Tries one point; one that goes wrong is kept, and the next ones are tried all the same. */
  async try(point: string, work: () => Promise<Standing>): Promise<void> {
    this.#tried += 1;
    try {
      this.#seen[await work()] += 1;
    } catch (error) {
      this.#wrong.push(`${this.#what}, ${point}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  /** What must hold beside; it is no point of its own. */
  async check(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: Error) => this.#wrong.push(`${this.#what}, ${what}: ${error.stack}`));
  }

  /** Throws unless no point went wrong. */
  end(): void {
    if (this.#wrong.length > 0) throw new Error(`${this}\n${this.#wrong.join('\n')}`);
  }

  toString(): string {
    const { none, old, new: fresh } = this.#seen;
    const seen = `nothing published yet ${none}, old seen ${old}, new seen ${fresh}`;
    return `${this.#what}: ${this.#tried} of ${this.#of} points tried, ${seen}, wrong ${this.#wrong.length}`;
  }
}

/** Keeps the scores of a file to tell them all at its end. */
export class Scores {
  readonly #title: string;
  readonly #scores: Score[] = [];

  constructor(title: string) {
    this.#title = title;
  }

  /** A new score, of so many points. */
  open(what: string, of: number): Score {
    const score = new Score(what, of);
    this.#scores.push(score);
    return score;
  }

  tell(): void {
    console.log([`${this.#title}, seed ${SEED}`, ...this.#scores.map(String)].join('\n  '));
  }
}
