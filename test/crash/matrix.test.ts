import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Fault, FaultyFiles } from './fault-files.ts';
import { choose, Scores } from './fault-points.ts';
import { wordsOf } from './fault-seam.ts';
import { expectClear, World } from './fault-world.ts';

const scores = new Scores('crash matrix, files');

afterAll(() => scores.tell());

describe.each([
  { night: 'first night', nightsBefore: 0, budget: 6 },
  { night: 'second night', nightsBefore: 1, budget: 10 },
] as const)('$night', ({ night, nightsBefore, budget }) => {
  let world: World;
  let changes: readonly string[];

  beforeAll(async () => {
    world = await World.open(nightsBefore);
    const place = await world.place();
    const dry = new FaultyFiles(null);
    await place.attempt({ fileSystem: dry.files });
    changes = dry.changes.map(wordsOf);
  });
  afterAll(() => world.close());

  test('stopped, or the disk full once or for ever, at every change of the disk', async () => {
    const points = changes.flatMap((_, index) => faultsAt(index + 1));
    const score = scores.open(night, points.length);
    for (const fault of choose(points, budget, 3)) {
      const { at, kind } = fault;
      await score.try(`${kind} at ${at} (${changes[at - 1]})`, () => tryFault(world, fault));
    }
    score.end();
  }, 1_500_000);
});

function faultsAt(at: number): Fault[] {
  return [
    { at, kind: 'stop' },
    { at, kind: 'once', code: 'ENOSPC' },
    { at, kind: 'for ever', code: 'ENOSPC' },
  ];
}

async function tryFault(world: World, fault: Fault) {
  const place = await world.place();
  const attempt = await place.attempt({ fileSystem: new FaultyFiles(fault).files });
  if (fault.kind !== 'stop') expectClear(attempt);
  const standing = await place.standing();
  await place.heal();
  return standing;
}
