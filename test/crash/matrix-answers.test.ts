import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultyFiles } from './fault-files.ts';
import { choose, Scores } from './fault-points.ts';
import { expectClear, type Standing, World } from './fault-world.ts';

const scores = new Scores('crash matrix, answers');
afterAll(() => scores.tell());

type End = 'stop' | 'signal';

describe.each([
  { night: 'first night', nightsBefore: 0 },
  { night: 'second night', nightsBefore: 1 },
] as const)('$night', ({ night, nightsBefore }) => {
  let world: World;
  let answers = 0;

  beforeAll(async () => {
    world = await World.open(nightsBefore);
    const place = await world.place();
    const before = world.account.sandbox.requests.total;
    await place.attempt({});
    answers = world.account.sandbox.requests.total - before;
  });
  afterAll(() => world.close());

  test('the process dies, or a signal ends it, at every answer', async () => {
    const ends: readonly End[] = ['stop', 'signal'];
    const points = Array.from({ length: answers }, (_, index) => ends.map((end) => ({ at: index + 1, end })));
    const score = scores.open(night, points.length * ends.length);
    for (const { at, end } of choose(points.flat(), 3, 2)) {
      await score.try(`${end} at answer ${at}`, () => endAt(world, at, end));
    }
    score.end();
  }, 240_000);
});

/** A run that ends when the n-th request is about to be answered, and the one after it. */
async function endAt(world: World, at: number, end: End): Promise<Standing> {
  const place = await world.place();
  const files = new FaultyFiles(null);
  const controller = new AbortController();
  let asked = 0;
  const faultAt = () => {
    asked += 1;
    if (asked < at) return null;
    if (end === 'signal') controller.abort();
    else files.stop();
    return null;
  };
  world.account.sandbox.configure({ faultAt });
  const attempt = await place.attempt({ fileSystem: files.files, signal: controller.signal });
  world.account.sandbox.configure({ faultAt: null });
  if (end === 'signal') {
    expectClear(attempt);
    expect(attempt.summary?.status ?? 'ended').not.toBe('ok');
  }
  const standing = await place.standing();
  await place.heal();
  return standing;
}
