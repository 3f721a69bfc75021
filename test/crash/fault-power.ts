import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { watchFiles } from './fault-seam.ts';

/** A name in a directory, as it is on the disk. */
interface Entry {
  readonly id: string;
  /** Where a symbolic link points. */
  readonly target: string | null;
}

interface Kept {
  readonly bytes: number;
  readonly changedMs: number;
}

/** How much of what was never synced a cut takes: all of it, or by the toss of a coin for each file and name. */
export type Cut = 'strict' | 'by chance';

/**
 * A disk whose power can be cut. It knows what was synced through the seam: bytes of files and names in directories.
 * All else of a run, also what DuckDB wrote and synced itself, may be lost.
 */
export class PowerCut {
  readonly files: FileSystem;
  readonly #home: string;
  readonly #bytes = new Map<string, Kept>();
  readonly #names = new Map<string, ReadonlyMap<string, Entry>>();
  /** Files that only grow: what was synced of them stays whatever comes after. */
  readonly #journal = /\.jsonl$/;
  /** What the cut took. */
  readonly lost = { files: 0, names: 0 };

  /** All that is below `home` now counts as on the disk; `home` itself does. */
  static async below(home: string): Promise<PowerCut> {
    const cut = new PowerCut(home);
    await cut.#keepAll(home);
    return cut;
  }

  private constructor(home: string) {
    this.#home = home;
    this.files = watchFiles(nodeFileSystem, {
      before: async ({ name, path, handle }) => {
        const isSync = name === 'handle.sync' || name === 'handle.datasync';
        if (isSync && handle !== null) await this.#keep(path, handle);
      },
    });
  }

  /** Cuts the power: what is below `home` afterwards is what a machine finds when it starts again. */
  async strike(cut: Cut, random: () => number): Promise<void> {
    await this.#loseNames(this.#home, cut, random);
  }

  async #keep(path: string, handle: FileHandle): Promise<void> {
    const stat = await handle.stat();
    const id = String(stat.ino);
    if (stat.isDirectory()) this.#names.set(id, await readEntries(path));
    else this.#bytes.set(id, { bytes: stat.size, changedMs: stat.mtimeMs });
  }

  async #keepAll(directory: string): Promise<void> {
    this.#names.set(String((await lstat(directory)).ino), await readEntries(directory));
    for (const name of await readdir(directory)) {
      const stat = await lstat(join(directory, name));
      if (stat.isDirectory()) await this.#keepAll(join(directory, name));
      else this.#bytes.set(String(stat.ino), { bytes: stat.size, changedMs: stat.mtimeMs });
    }
  }

  async #loseNames(directory: string, cut: Cut, random: () => number): Promise<void> {
    const kept = this.#names.get(String((await lstat(directory)).ino)) ?? new Map<string, Entry>();
    for (const [name, { id }] of await readEntries(directory)) {
      const path = join(directory, name);
      const before = kept.get(name);
      if (before?.id === id || (cut === 'by chance' && random() < 0.7)) {
        await this.#loseBytes(path, cut, random);
        continue;
      }
      this.lost.names += 1;
      await rm(path, { recursive: true, force: true });
      if (typeof before?.target === 'string') await symlink(before.target, path);
    }
  }

  async #loseBytes(path: string, cut: Cut, random: () => number): Promise<void> {
    const stat = await lstat(path);
    if (stat.isDirectory()) return this.#loseNames(path, cut, random);
    if (!stat.isFile()) return;
    const kept = this.#bytes.get(String(stat.ino));
    const isWhole = kept?.bytes === stat.size && kept.changedMs === stat.mtimeMs;
    if (isWhole || (cut === 'by chance' && random() < 0.3)) return;
    const least = kept !== undefined && this.#journal.test(path) ? kept.bytes : 0;
    const left = cut === 'strict' ? least : least + Math.floor(random() * (stat.size - least + 1));
    this.lost.files += 1;
    await damage(path, left, cut === 'by chance' && random() < 0.5 ? stat.size : left);
  }
}

/** Leaves the first bytes of a file; up to `size`, if longer, are zeros. */
async function damage(path: string, left: number, size: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(left);
    await handle.truncate(size);
  } finally {
    await handle.close();
  }
}

async function readEntries(directory: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const stat = await lstat(path).catch(() => null);
    if (stat === null) continue;
    entries.set(name, { id: String(stat.ino), target: stat.isSymbolicLink() ? await readlink(path) : null });
  }
  return entries;
}
