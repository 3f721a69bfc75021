import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { checkOut } from '../../src/doctor/check-out.ts';
import { checkVersions } from '../../src/doctor/check-versions.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { takeLock } from '../../src/load/lock.ts';
import { outDirectory, prepareOutDirectory } from '../../src/load/out-directory.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';
import { Account } from '../run/night.ts';

let account: Account;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'dmarc-etl-doctor-'));
  account = await Account.open({ monitors: 1, ips: 2, days: 3 });
  await account.run();
});

afterAll(async () => {
  await account.close();
  await rm(scratch, { recursive: true });
});

interface Told {
  readonly name: string;
  readonly level: string;
  readonly message: string;
}

async function examine(words: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  const terminal = fakeTerminal({
    environment: { MAILERSEND_API_TOKEN: account.sandbox.token, ...environment },
  });
  const base = ['doctor', '--json', '--api-url', account.sandbox.url, '--out', account.out];
  const code = await dispatch([...base, ...words], terminal);
  const { stdout } = terminal.told();
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Told[] };
  const levels = Object.fromEntries(findings.map(({ name, level }) => [name, level]));
  return { code, ok, levels, findings, stdout };
}

describe('dmarc-etl doctor', () => {
  it('finds all well but the time, and leaves nothing behind', async () => {
    const before = await readdir(join(account.out, '.state'));
    const { code, ok, levels } = await examine();
    const names = ['program', 'node', 'token', 'proxy', 'api', 'scope', 'quota', 'directory'];
    const disk = ['symlinks', 'hard links', 'file modes', 'dir sync', 'space'];
    for (const name of [...names, ...disk, 'lock', 'version'])
      expect([name, levels[name]]).toEqual([name, 'ok']);
    // The account lives in 2025.
    expect(levels).toMatchObject({ data: 'warn', clock: 'warn' });
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(await readdir(join(account.out, '.state'))).toEqual(before);
  });

  it('asks for one page that counts', async () => {
    const before = account.sandbox.requests.list.length;
    await examine();
    expect(account.sandbox.requests.list.length - before).toBe(1);
  });

  it('fails for a token that is wrong or missing, and tells it nowhere', async () => {
    const wrong = await examine([], { MAILERSEND_API_TOKEN: 'mlsn.wrong-wrong-wrong-wrong' });
    expect(wrong).toMatchObject({ code: 1, ok: false, levels: { version: 'ok' } });
    expect(wrong.findings.filter(({ level }) => level === 'fail').map(({ name }) => name)).toEqual(['token']);
    expect(wrong.stdout).not.toContain('mlsn.wrong');
    expect((await examine([], { MAILERSEND_API_TOKEN: '' })).levels).toMatchObject({
      token: 'fail',
      lock: 'ok',
    });
  });

  it('warns of a token file that others can read', async () => {
    const file = join(scratch, 'token');
    await writeFile(file, account.sandbox.token);
    const level = async (mode: number) => {
      await chmod(file, mode);
      return (await examine(['--token-file', file], { MAILERSEND_API_TOKEN: '' })).levels.token;
    };
    expect([await level(0o644), await level(0o600)]).toEqual(['warn', 'ok']);
  });

  it('fails for a dataset that is damaged', async () => {
    const damaged = await Account.open({ monitors: 1, ips: 2, days: 3 });
    await damaged.run();
    const version = await realpath(damaged.current);
    await chmod(join(version, 'dmarc.duckdb'), 0o644);
    await writeFile(join(version, 'dmarc.duckdb'), 'x');
    const terminal = fakeTerminal({ environment: { MAILERSEND_API_TOKEN: damaged.sandbox.token } });
    const code = await dispatch(['doctor', '--api-url', damaged.sandbox.url, '--out', damaged.out], terminal);
    expect(code).toBe(1);
    expect(terminal.told().stdout).toMatch(/^fail +version +.*expected \d+ bytes, found 1$/m);
    await damaged.close();
  });
});

describe('the out directory', () => {
  const find = async (out: string, fileSystem: FileSystem = nodeFileSystem, bytes = 0) => {
    const findings = await checkOut(fileSystem, outDirectory(out), bytes);
    return Object.fromEntries(findings.map(({ name, level, message }) => [name, `${level}: ${message}`]));
  };

  it('need not be there, and is not made', async () => {
    const out = join(scratch, 'a', 'b');
    expect(await find(out)).toMatchObject({ directory: `ok: ${out} can be written` });
    expect(await readdir(scratch)).not.toContain('a');
  });

  it('must be one of ours', async () => {
    const out = join(scratch, 'foreign');
    await mkdir(out);
    await writeFile(join(out, 'photo.jpg'), '');
    expect((await find(out)).directory).toMatch(
      /^fail: .*no out directory of dmarc-etl \(it has photo.jpg\)/,
    );
  });

  const failing = (name: keyof FileSystem, code: string): FileSystem => ({
    ...nodeFileSystem,
    ...{ [name]: () => Promise.reject(Object.assign(new Error(`${code}: ${name}`), { code })) },
    statfs: (async () => ({ bavail: 1, bsize: 1, type: 0xef53 })) as unknown as FileSystem['statfs'],
  });

  it.each([
    ['mkdir', 'EACCES', 'directory', /^fail: .* cannot be written by this user: EACCES/],
    ['mkdir', 'EROFS', 'directory', /^fail: .* cannot be written by this user: EROFS/],
    ['rename', 'ENOTSUP', 'symlinks', /^fail: .* file system \(ext\) refuses symbolic links: ENOTSUP/],
    ['symlink', 'ENOSYS', 'symlinks', /^fail: .* refuses symbolic links: ENOSYS/],
    ['symlink', 'EIO', 'symlinks', /^fail: EIO/],
    ['link', 'EMLINK', 'hard links', /^warn: .* refuses hard links \(EMLINK\): unchanged files are copied/],
    ['link', 'EIO', 'hard links', /^fail: EIO/],
    ['chmod', 'EPERM', 'file modes', /^warn: the mode of .* cannot be set \(EPERM\)/],
    ['chmod', 'EIO', 'file modes', /^fail: EIO/],
    ['mkdir', 'ENOENT', 'directory', /^fail: .* cannot be written by this user: ENOENT/],
  ] as const)('is tried out: %s fails with %s', async (name, code, what, found) => {
    expect((await find(join(scratch, 'none'), failing(name, code)))[what]).toMatch(found);
    expect((await readdir(scratch)).filter((entry) => entry.startsWith('.doctor'))).toEqual([]);
  });

  it.each([
    ['EINVAL', /^warn: .* cannot be synced \(EINVAL\): a power cut may lose/],
    ['EIO', /^fail: EIO/],
  ])('is tried out: the sync of a directory fails with %s', async (code, found) => {
    const open = async (...words: Parameters<FileSystem['open']>) => {
      const handle = await nodeFileSystem.open(...words);
      const refuse = () => Promise.reject(Object.assign(new Error(`${code}: fsync`), { code }));
      if ((await handle.stat()).isDirectory()) handle.sync = refuse;
      return handle;
    };
    const told = await find(join(scratch, 'none'), { ...nodeFileSystem, open });
    expect(told['dir sync']).toMatch(found);
    expect(told.directory).toMatch(/^ok/);
  });

  it('needs room, and a file system that can be trusted', async () => {
    const statfs = async () => ({ bavail: 1_000, bsize: 1_000_000, type: 0x6969 });
    const fileSystem = { ...nodeFileSystem, statfs } as unknown as FileSystem;
    const found = await find(join(scratch, 'none'), fileSystem, 100_000_000);
    expect(found).toMatchObject({ space: 'ok: 1,000 MB free; a run may need 468 MB' });
    expect(found.disk).toMatch(/^warn: .* is on NFS$/);
    expect((await find(join(scratch, 'none'), fileSystem, 400_000_000)).space).toMatch(/^warn/);
  });

  it('may be held by a run, whose process is named', async () => {
    const out = outDirectory(join(scratch, 'held'));
    await prepareOutDirectory(nodeFileSystem, out);
    const lock = await takeLock(out.lock);
    expect((await find(out.root)).lock).toContain(`process ${process.pid}`);
    lock.release();
    expect((await find(out.root)).lock).toBe('ok: free, and can be taken');
  });
});

describe('versions', () => {
  it.each([
    ['20.18.3', 'fail'],
    ['20.19.0', 'ok'],
    ['18.20.0', 'fail'],
    ['24.1.0', 'ok'],
  ])('Node %s: %s', (node, level) => {
    expect(checkVersions('1', node).find(({ name }) => name === 'node')?.level).toBe(level);
  });
});
