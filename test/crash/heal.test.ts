import {
  appendFile,
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CrashAccount } from './crash-account.ts';

let account: CrashAccount;

beforeEach(async () => {
  account = await CrashAccount.open();
});

afterEach(() => account.close());

/** A good night, and the morning after it. */
async function night(): Promise<void> {
  await account.expectTruth(await account.finish());
  account.nextDay();
}

/** The next run, which must end in the truth; returns what it warned of. */
async function heal(): Promise<string> {
  const summary = await account.finish();
  await account.expectTruth(summary);
  return summary.warnings.join('\n');
}

async function newestIn(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => /^\d{8}T/.test(name)).sort();
  return join(directory, names.at(-1) ?? '');
}

/** Kills a run that has received everything and loaded nothing; returns its journal. */
async function abandonedJournal(): Promise<string> {
  const child = account.start();
  await child.reaches('load');
  child.kill('SIGKILL');
  await child.ended;
  return newestIn(account.journals);
}

describe('a journal', () => {
  it.each([
    ['in its footer', 0.9999, 'torn'],
    ['in the middle', 0.5, 'torn'],
    ['after its first pages', 0.1, 'torn'],
    ['in its header', 0.000001, 'received nothing'],
  ])('torn %s', async (_where, share, warning) => {
    await night();
    const journal = await abandonedJournal();
    const { length } = await readFile(journal);
    await truncate(journal, Math.max(20, Math.floor(length * share)));
    expect(await heal()).toContain(warning);
  });

  it('with zeros at its end, as a power cut leaves them', async () => {
    const journal = await abandonedJournal();
    await appendFile(journal, Buffer.alloc(4_096));
    expect(await heal()).toContain('torn');
  });

  it('without a byte', async () => {
    await night();
    await writeFile(join(account.journals, '20251106T010000Z-0000.jsonl'), '');
    expect(await heal()).toContain('received nothing and is removed');
    expect(await readdir(account.journals)).not.toContain('20251106T010000Z-0000.jsonl');
  });

  it('of which compressing was cut off, before and after the rename', async () => {
    await night();
    const first = await newestIn(account.journals);
    await writeFile(first.replace(/\.gz$/, ''), gunzipSync(await readFile(first)));
    await night();
    const second = await newestIn(account.journals);
    const bytes = await readFile(second);
    await writeFile(second.replace(/\.gz$/, ''), gunzipSync(bytes));
    await rm(second);
    await writeFile(`${second}.tmp`, bytes.subarray(0, bytes.length / 2));
    await writeFile(`${first}.tmp`, bytes.subarray(0, 10));
    expect(await heal()).toBe('');
    const names = await readdir(account.journals);
    expect(names.filter((name) => !/^[^.]+\.jsonl\.gz$/.test(name))).toEqual([]);
    expect(names).toHaveLength(3);
  });
});

describe('what is published', () => {
  it('a version directory without a manifest', async () => {
    await night();
    const dir = join(account.out, 'versions', '20251106T010000Z-0000');
    await mkdir(dir);
    await writeFile(join(dir, 'dmarc.duckdb'), 'not a database');
    expect(await heal()).toContain('version 20251106T010000Z-0000 was never completed and is removed');
    expect(await readdir(join(account.out, 'versions'))).toHaveLength(2);
  });

  it('no current', async () => {
    await night();
    await rm(account.current);
    expect(await heal()).toBe('');
  });

  it('a current that points nowhere, with the link of a swap beside it', async () => {
    await night();
    await rm(account.current);
    await symlink('versions/20251105T235959Z-0000', account.current);
    await symlink('versions/20251105T235959Z-0000', `${account.current}.new`);
    expect(await heal()).toContain('20251105T235959Z-0000 is damaged and not used');
    expect(await readdir(account.out)).not.toContain('current.new');
  });

  it('a current whose database is damaged: the version before, and the journals it lacks', async () => {
    await night();
    await night();
    const database = join(account.current, 'dmarc.duckdb');
    await chmod(database, 0o644);
    const file = await open(database, 'r+');
    await file.write(Buffer.alloc(8_192, 0xff), 0, 8_192, 16_384);
    await file.close();
    expect(await heal()).toContain('is damaged and not used');
  });

  it('no version at all: all journals', async () => {
    await night();
    await night();
    await rm(join(account.out, 'versions'), { recursive: true });
    const asked = account.sandbox.requests.total;
    expect(await heal()).toContain('damaged and not used');
    const { length } = await readdir(account.journals);
    expect(length).toBe(3);
    expect(account.sandbox.requests.total - asked).toBeLessThan(20);
  });
});
