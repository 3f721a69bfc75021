import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultyFiles } from './fault-files.ts';
import { Scores } from './fault-points.ts';
import { expectClear, type Place, type Standing, World } from './fault-world.ts';

interface Step {
  readonly name: string;
  /** The call that the step is known by; of several the n-th. */
  readonly of: RegExp;
  readonly at?: number;
  /** What `current` shows when it fails. */
  readonly leaves: Standing;
  /** EACCES alone is no failure where a directory is synced: the disk cannot do it, and is used all the same. */
  readonly codes?: readonly Code[];
}

const CODES = ['EIO', 'EACCES'] as const;
type Code = (typeof CODES)[number];

/** Steps of a publish, in order. */
const STEPS: readonly Step[] = [
  { name: 'link a file of the version before', of: /^link part-0\.parquet/, leaves: 'old' },
  { name: 'write the manifest', of: /^handle\.writeFile manifest\.json/, leaves: 'old' },
  { name: 'make a file read-only', of: /^chmod part-0\.parquet/, leaves: 'old' },
  { name: 'sync a file', of: /^handle\.sync part-0\.parquet/, at: 2, leaves: 'old' },
  { name: 'sync the directory of the versions', of: /^handle\.sync versions/, leaves: 'old', codes: ['EIO'] },
  { name: 'make the new link', of: /^symlink current\.new/, leaves: 'old' },
  { name: 'swap', of: /^rename current$/, leaves: 'old' },
  { name: 'sync the swap', of: /^handle\.sync out$/, at: 2, leaves: 'new' },
  { name: 'write the compressed journal', of: /^handle\.appendFile \S+\.gz\.tmp/, leaves: 'new' },
];
/** Nights in a row that go wrong before one goes well. */
const IN_A_ROW = 6;

const scores = new Scores('crash matrix, errors at the steps of a publish');
let world: World;
beforeAll(async () => {
  world = await World.open(1);
});
afterAll(async () => {
  scores.tell();
  await world.close();
});

test('an error at a step of the publish is told clearly; before the swap the old version stays', async () => {
  const points = STEPS.flatMap((step) => (step.codes ?? CODES).map((code) => ({ step, code })));
  const score = scores.open('EIO and EACCES', points.length);
  for (let first = 0; first < points.length; first += IN_A_ROW) {
    const place = await world.place();
    const row = points.slice(first, first + IN_A_ROW);
    for (const { step, code } of row) {
      await score.try(`${code} at: ${step.name}`, () => failAt(place, step, code));
    }
    await score.check(`after ${row.map(({ step }) => step.name).join(', ')}`, () => place.heal());
  }
  score.end();
}, 400_000);

async function failAt(place: Place, { of, at = 1, leaves }: Step, code: Code): Promise<Standing> {
  const files = new FaultyFiles({ at, of, kind: 'once', code });
  const attempt = await place.attempt({ fileSystem: files.files });
  expect(files.hit, 'the step was not reached').not.toBeNull();
  expectClear(attempt);
  const standing = await place.standing();
  expect(standing).toBe(leaves);
  return standing;
}
