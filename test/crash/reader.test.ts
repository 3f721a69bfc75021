import { spawn } from 'node:child_process';
import { realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Account } from '../run/night.ts';
import { expectTruth } from '../run/same-truth.ts';
import { FaultyFiles } from './fault-files.ts';

const READER = fileURLToPath(new URL('./fault-reader.mjs', import.meta.url));
const NIGHTS = 5;
/** Nights whose first run dies shortly before or after the swap. */
const DIES_AT: Readonly<Record<number, RegExp>> = {
  2: /^symlink current\.new/,
  4: /^handle\.appendFile \S+\.gz/,
};

interface Seen {
  readonly kind: string;
  readonly version?: string;
  readonly tables?: Readonly<Record<string, string>>;
  readonly message?: string;
}

test('a reader that never rests sees one whole version after the other, and no error', async () => {
  const account = await Account.open({
    monitors: 1,
    ips: 3,
    days: 3,
    today: '2025-11-05',
    seed: 5,
    activeShare: 1,
  });
  await account.run();
  const home = join(account.out, '..');
  const stop = join(home, 'stop');
  const child = spawn(process.execPath, [READER, account.out, stop], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = text(child.stdout);
  const published = [basename(await realpath(account.current))];
  for (let night = 1; night <= NIGHTS; night += 1) published.push(...(await liveNight(account, night)));
  await writeFile(stop, '');
  const seen = (await told)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
  await account.close();
  await rm(home, { recursive: true, force: true });
  expect(seen.filter(({ kind }) => kind === 'error')).toEqual([]);
  const versions = expectWholeVersions(seen, published);
  console.log(
    `reader: ${seen.length} readings of ${versions} versions in ${published.length}, errors 0, mixed 0`,
  );
  expect(versions).toBeGreaterThan(2);
}, 240_000);

/** A day passes and a run publishes, on some nights after one that died; tells the versions that came. */
async function liveNight(account: Account, night: number): Promise<string[]> {
  account.nextDay();
  const came: string[] = [];
  const of = DIES_AT[night];
  if (of !== undefined) {
    const { files } = new FaultyFiles({ at: 1, of, kind: 'stop' });
    await account.run({}, { fileSystem: files }).catch(() => undefined);
    came.push(basename(await realpath(account.current)));
  }
  expect((await account.run()).status).toBe('ok');
  await expectTruth(account);
  return [...came, basename(await realpath(account.current))];
}

/** Throws if a version was seen with two contents, in another order than published, or older than one seen before. */
function expectWholeVersions(seen: readonly Seen[], published: readonly string[]): number {
  const contents = new Map<string, string>();
  let newest = 0;
  for (const { kind, version = '', tables } of seen) {
    const content = JSON.stringify(tables);
    expect(contents.get(version) ?? content, `${kind} of ${version}`).toBe(content);
    contents.set(version, content);
    const place = published.lastIndexOf(version);
    expect(place, `${version} after ${published[newest]}`).toBeGreaterThanOrEqual(
      kind === 'parquet' ? newest : 0,
    );
    newest = Math.max(newest, place);
  }
  return contents.size;
}
