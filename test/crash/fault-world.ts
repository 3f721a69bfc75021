import { cp, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { EtlError } from '../../src/errors.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { verifyVersion } from '../../src/load/verify.ts';
import type { RunEffects } from '../../src/run/run-context.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { Account } from '../run/night.ts';
import { expectTruth } from '../run/same-truth.ts';

/** Which version `current` shows after something went wrong. */
export type Standing = 'none' | 'old' | 'new';

/** How a run ended: with a summary or with an error. */
export interface Attempt {
  readonly summary: RunSummary | null;
  readonly error: unknown;
}

/** A small account on the morning of a night that is lived through again and again, each time in a place of its own. */
export class World {
  readonly account: Account;
  /** Version that is published when the night begins. */
  readonly published: string | null;
  readonly #root: string;
  #places = 0;

  private constructor(account: Account, published: string | null, root: string) {
    this.account = account;
    this.published = published;
    this.#root = root;
  }

  /** With 0 nights before, a place is an out directory that does not exist yet. */
  static async open(nightsBefore: 0 | 1): Promise<World> {
    const account = await Account.open({
      ...{ monitors: 1, ips: 3, days: 3, today: '2025-11-05', seed: 11, activeShare: 1 },
    });
    const root = await mkdtemp(join(tmpdir(), 'dmarc-etl-crash-'));
    if (nightsBefore === 0) return new World(account, null, root);
    await account.run();
    const published = basename(await realpath(account.current));
    account.nextDay();
    return new World(account, published, root);
  }

  /** A fresh copy of the morning; below `root` if given. */
  async place(root: string = this.#root): Promise<Place> {
    this.#places += 1;
    const home = join(root, String(this.#places));
    const out = join(home, 'out');
    if (this.published !== null)
      await cp(this.account.out, out, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    else await nodeFileSystem.mkdir(home);
    return new Place(this, home, out);
  }

  async close(): Promise<void> {
    await this.account.close();
    await rm(this.#root, { recursive: true, force: true });
    await rm(join(this.account.out, '..'), { recursive: true, force: true });
  }
}

/** One life of the night. */
export class Place {
  readonly world: World;
  /** Holds the out directory and nothing else. */
  readonly home: string;
  readonly account: Account;
  /** Pages that are on the disk, by what the runs here told. */
  pages = 0;

  constructor(world: World, home: string, out: string) {
    this.world = world;
    this.home = home;
    this.account = Object.create(world.account, { out: { value: out } }) as Account;
  }

  /** A run that may end in any way. */
  async attempt(effects: Partial<RunEffects>): Promise<Attempt> {
    const tell: RunEffects['tell'] = ({ type }) => {
      if (type === 'page') this.pages += 1;
    };
    try {
      return { summary: await this.account.run({}, { tell, ...effects }), error: null };
    } catch (error) {
      return { summary: null, error };
    }
  }

  /** Throws unless `current` is the version of the morning, or a new one that holds the truth, and verifies. */
  async standing(): Promise<Standing> {
    const dir = await realpath(this.account.current).catch(() => null);
    if (dir === null) {
      expect(await readdir(this.account.out).catch(() => [])).not.toContain('current');
      expect(this.world.published).toBeNull();
      return 'none';
    }
    await verifyVersion(nodeFileSystem, dir);
    if (basename(dir) === this.world.published) return 'old';
    await expectTruth(this.account);
    return 'new';
  }

  /** The next run, with nothing in its way: throws unless it ends in the truth and leaves nothing lying about. */
  async heal(): Promise<void> {
    const { status } = await this.account.run({}, { tell: () => undefined });
    expect(status).toBe('ok');
    await expectTruth(this.account);
    expect(await this.#rubbish()).toEqual([]);
    await rm(this.home, { recursive: true, force: true });
  }

  /** What no finished run leaves behind. */
  async #rubbish(): Promise<string[]> {
    const names = await readdir(this.account.out, { recursive: true });
    const versions = names.filter((name) => /^versions\/[^/]+$/.test(name));
    const unfinished = versions.filter((name) => !names.includes(`${name}/manifest.json`));
    const left = names.filter((name) => /\.(wal|tmp|new|jsonl)$|^\.state\/tmp/.test(name));
    return [...unfinished, ...left];
  }
}

/** Throws unless the operator is told in our own words what went wrong. */
export function expectClear({ error }: Attempt): void {
  if (error === null) return;
  if (!(error instanceof EtlError)) throw error;
  expect(error.message).not.toBe('');
}
