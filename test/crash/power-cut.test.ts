import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAttempt } from '../../src/journal/line.ts';
import { listJournals } from '../../src/journal/list.ts';
import { linesOf } from '../journal/journal-lines.ts';
import { FaultyFiles } from './fault-files.ts';
import { Scores, SEED } from './fault-points.ts';
import { type Cut, PowerCut } from './fault-power.ts';
import { type Place, type Standing, World } from './fault-world.ts';

/** Cuts in a row, each in the run that was to mend the one before, until a run comes through. */
const CUTS_A_LIFE = 4;
const CUTS: readonly Cut[] = ['strict', 'by chance'];

const scores = new Scores('power cuts');
const lost = { files: 0, names: 0 };
afterAll(() => {
  scores.tell();
  console.log(`  lost in them: ${lost.files} files cut short or zeroed, ${lost.names} names`);
});

describe.each([
  { night: 'first night', nightsBefore: 0, lives: 4 },
  { night: 'second night', nightsBefore: 1, lives: 5 },
] as const)('$night', ({ night, nightsBefore, lives }) => {
  let world: World;
  let changes = 0;

  beforeAll(async () => {
    world = await World.open(nightsBefore);
    const place = await world.place();
    const dry = new FaultyFiles(null);
    await place.attempt({ fileSystem: dry.files });
    changes = dry.changes.length;
  });
  afterAll(() => world.close());

  test('what was received and what was published outlive it, and the next run ends in the truth', async () => {
    const score = scores.open(night, lives * CUTS_A_LIFE);
    for (let life = 0; life < lives; life += 1) {
      const random = randomOf(SEED * 1000 + life);
      const place = await world.place();
      for (let n = 1; n <= CUTS_A_LIFE; n += 1) {
        const cut = CUTS[(life + n) % CUTS.length] ?? 'strict';
        const at = 1 + Math.floor(random() * changes * 1.1);
        await score.try(`life ${life}, cut ${n} (${cut}) at ${at}`, () => cutAt(place, at, cut, random));
      }
      await score.check(`life ${life}, the run after it`, () => place.heal());
    }
    score.end();
  }, 400_000);
});

/** A run until its n-th change of the disk, or its end, and then the cut. */
async function cutAt(place: Place, at: number, cut: Cut, random: () => number): Promise<Standing> {
  const power = await PowerCut.below(place.home);
  const before = await readPages(place);
  const shown = await versionOf(place);
  place.pages = 0;
  await place.attempt({ fileSystem: new FaultyFiles({ at, kind: 'stop' }, power.files).files });
  await power.strike(cut, random);
  lost.files += power.lost.files;
  lost.names += power.lost.names;
  expect(await readPages(place), 'pages in the journals').toBeGreaterThanOrEqual(before + place.pages);
  const now = await versionOf(place);
  if (shown !== null) expect(now, 'current').not.toBeNull();
  return now === null ? 'none' : place.standing();
}

async function versionOf({ account }: Place): Promise<string | null> {
  return realpath(account.current).then(
    (dir) => basename(dir),
    () => null,
  );
}

/** Pages that the journals of a place hold. */
async function readPages({ account }: Place): Promise<number> {
  let pages = 0;
  const directory = join(account.out, '.state', 'journal');
  if ((await readdir(directory).catch(() => [])).length === 0) return 0;
  for (const { path } of await listJournals(directory)) {
    for (const line of await linesOf(path)) if (isAttempt(line) && line.status === 200) pages += 1;
  }
  return pages;
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
