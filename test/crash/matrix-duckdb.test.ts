import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DatabaseFault, faultyDatabase, setFault, state } from './fault-database.ts';
import { FaultyFiles } from './fault-files.ts';
import { Scores } from './fault-points.ts';
import { expectClear, type Place, type Standing, World } from './fault-world.ts';

let files = new FaultyFiles(null);

vi.mock('../../src/load/database.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/load/database.ts')>();
  const openDatabase: typeof real.openDatabase = async (path, options) =>
    faultyDatabase(await real.openDatabase(path, options), () => files.stop());
  return { ...real, openDatabase };
});

type NamedFault = DatabaseFault & { readonly name: string };

/** What only a new database is asked, and how it fails there. */
const FAULTS_OF_A_FIRST_NIGHT: readonly NamedFault[] = [
  { name: 'the views', of: /^\s*CREATE OR REPLACE VIEW/, how: 'fatal' },
  { name: 'the comments', of: /^\s*COMMENT ON/, how: 'fatal' },
];

/** What DuckDB is asked in every run, in order, and how it fails there. */
const FAULTS: readonly NamedFault[] = [
  { name: 'rows on their way in', of: /^APPEND/, how: 'fatal' },
  { name: 'before the commit of the journal', of: /^COMMIT/, how: 'before' },
  { name: 'the commit of the journal', of: /^COMMIT/, how: 'fatal' },
  { name: 'after the commit of the journal', of: /^TRANSACTION/, how: 'after' },
  { name: 'before the checkpoint', of: /^CHECKPOINT/, how: 'before' },
  { name: 'in the checkpoint (DuckDB itself)', of: /^CHECKPOINT/, how: 'checkpoint' },
  { name: 'after the checkpoint', of: /^CHECKPOINT/, how: 'after' },
  { name: 'what the tables hold', of: /COUNT\(\*\) AS rows/, how: 'fatal' },
  { name: 'a Parquet file (DuckDB itself)', of: /COPY \(/, how: 'copy' },
  { name: 'a Parquet file', of: /COPY \(/, how: 'fatal', at: 2 },
  { name: 'after a Parquet file', of: /COPY \(/, how: 'after', at: 2 },
  { name: 'reading a Parquet file back', of: /read_parquet/, how: 'fatal' },
];
/** Nights in a row that go wrong before one goes well. */
const IN_A_ROW = 5;

const scores = new Scores('crash matrix, DuckDB');
afterAll(() => scores.tell());

describe.each([
  { night: 'first night', nightsBefore: 0, faults: FAULTS_OF_A_FIRST_NIGHT, stays: 'none' },
  { night: 'second night', nightsBefore: 1, faults: FAULTS, stays: 'old' },
] as const)('$night', ({ night, nightsBefore, faults, stays }) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(nightsBefore);
  });
  afterAll(() => world.close());

  test('DuckDB fails, or the process dies beside it, at every step: what was there stays', async () => {
    const score = scores.open(night, faults.length);
    for (let first = 0; first < faults.length; first += IN_A_ROW) {
      const place = await world.place();
      const row = faults.slice(first, first + IN_A_ROW);
      for (const fault of row) await score.try(fault.name, () => failAt(place, fault, stays));
      await score.check(`after ${row.map(({ name }) => name).join(', ')}`, () => place.heal());
    }
    score.end();
  }, 400_000);
});

async function failAt(place: Place, fault: DatabaseFault, stays: Standing): Promise<Standing> {
  files = new FaultyFiles(null);
  setFault(fault);
  const attempt = await place.attempt({ fileSystem: files.files });
  const { isHit } = state;
  setFault(null);
  expect(isHit, 'the step was not reached').toBe(true);
  if (fault.how !== 'before' && fault.how !== 'after') {
    expect(attempt.error).not.toBeNull();
    expectClear(attempt);
  }
  const standing = await place.standing();
  expect(standing).toBe(stays);
  return standing;
}
