import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scores } from './fault-points.ts';
import { expectClear, type Place, type Standing, World } from './fault-world.ts';

const DISK_MB = 96;
/**
 * Kilobytes that are left when the run begins; on the second night above the size of the database, of which a run makes
 * a copy first.
 */
const LEFT_KB = { 'first night': [0, 24, 3000, 5800], 'second night': [-4000, 0, 800, 2000, 4000] };

const disk = mountSmallDisk();
const scores = new Scores('disk full');
afterAll(async () => {
  if (disk === null) return;
  scores.tell();
  execFileSync('umount', ['-l', disk]);
  await rm(disk, { recursive: true });
});

describe.skipIf(disk === null).each([
  { night: 'first night', nightsBefore: 0 },
  { night: 'second night', nightsBefore: 1 },
] as const)('$night', ({ night, nightsBefore }) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(nightsBefore);
  });
  afterAll(() => world.close());

  test('a full disk is told clearly, `current` stays, and with space the next run ends in the truth', async () => {
    const score = scores.open(night, LEFT_KB[night].length);
    const told = new Set<string>();
    const databaseKb = nightsBefore === 0 ? 0 : await sizeKb(join(world.account.current, 'dmarc.duckdb'));
    for (const kb of LEFT_KB[night].map((above) => databaseKb + above)) {
      await score.try(`${kb} KB left`, () => fillAndRun(world, kb, told));
    }
    console.log(`${night}, disk full:\n  ${[...told].join('\n  ')}`);
    score.end();
  }, 240_000);
});

async function fillAndRun(world: World, kb: number, told: Set<string>): Promise<Standing> {
  const place = await world.place(disk ?? '');
  const filler = join(disk ?? '', 'filler');
  await fill(filler, kb);
  const attempt = await place.attempt({});
  await rm(filler);
  const { error } = attempt;
  told.add(`${kb} KB left: ${error instanceof Error ? messageOf(error, place) : 'enough'}`);
  const standing = await place.standing();
  expectClear(attempt);
  if (error !== null) expect(standing).toBe(world.published === null ? 'none' : 'old');
  await place.heal();
  expect(await readdir(disk ?? '')).toEqual([]);
  return standing;
}

async function sizeKb(path: string): Promise<number> {
  return Math.ceil((await stat(path)).size / 1024);
}

function messageOf({ name, message }: Error, { account }: Place): string {
  return `${name}: ${message.replaceAll(account.out, 'OUT')}`;
}

/** Leaves so many kilobytes on the disk. */
async function fill(path: string, leaveKb: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk ?? '');
  await writeFile(path, Buffer.alloc(bavail * bsize - leaveKb * 1024));
}

/** A disk of its own in memory; null, with a word, where mounting is not allowed. */
function mountSmallDisk(): string | null {
  const path = mkdtempSync(join(tmpdir(), 'dmarc-etl-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', path], { stdio: 'pipe' });
    return path;
  } catch (error) {
    console.log(
      `disk full: skipped, mounting is not allowed here (${(error as Error).message.split('\n')[1]})`,
    );
    return null;
  }
}
