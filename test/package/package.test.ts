import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { libraryExamples } from '../library/examples.ts';
import { install, nodePrograms, type Packed, pack, ROOT, readJson } from './installed-package.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-packed-'));
const NODES = nodePrograms();
let packed: Packed;
let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  packed = pack(scratch);
  folder = install(packed.path);
  sandbox = await startSandbox({ monitors: 2, ips: 3, days: 2, rateLimit: 0 });
});

afterAll(async () => {
  await sandbox.close();
  for (const path of [scratch, folder]) rmSync(path, { recursive: true, force: true });
});

/** Runs a Node in the folder where the package is installed, to its end. */
async function runNode(node: string, words: readonly string[]) {
  const child = spawn(node, words, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      MAILERSEND_API_TOKEN: sandbox.token,
      MAILERSEND_API_BASE_URL: sandbox.url,
      DMARC_OUT: join(scratch, 'library'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

describe('the package', () => {
  it('holds what is needed and nothing else', () => {
    const unexpected = packed.files.filter(
      (path) =>
        !/^(dist\/[\w/-]+\.(js|d\.ts)|sql\/(views|checks)\/\w+\.sql|docs\/[\w/.@-]+)$/.test(path) &&
        ![
          'package.json',
          'dmarc-etl.schema.json',
          'README.md',
          'SECURITY.md',
          'CHANGELOG.md',
          'LICENSE',
        ].includes(path),
    );
    expect(unexpected).toEqual([]);
    for (const directory of ['sql/views', 'sql/checks']) {
      const names = readdirSync(join(ROOT, directory)).map((name) => `${directory}/${name}`);
      expect(names.length).toBeGreaterThan(10);
      expect(packed.files).toEqual(expect.arrayContaining(names));
    }
  });

  it('has every file that its package.json names', () => {
    const { main, types, bin, exports } = readJson('package.json');
    const named = JSON.stringify([main, types, bin, exports]).match(/dist\/[\w./-]+/g) ?? [];
    expect(packed.files).toEqual(expect.arrayContaining([...named, 'dmarc-etl.schema.json']));
  });

  it('has types that a strict program compiles against', () => {
    libraryExamples().forEach((code, index) => {
      writeFileSync(join(folder, `example-${index}.mts`), code);
    });
    cpSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), {
      recursive: true,
    });
    cpSync(join(ROOT, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'), {
      recursive: true,
    });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2023',
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
    const compile = () =>
      execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], {
        encoding: 'utf8',
      });
    expect(compile()).toBe('');
    writeFileSync(
      join(folder, 'wrong.mts'),
      "import { openClient } from 'mailersend-dmarc-etl';\nopenClient({ tokne: '' });\n",
    );
    expect(compile).toThrow();
    rmSync(join(folder, 'wrong.mts'));
  });

  it('is found sound by publint and by are-the-types-wrong', () => {
    const run = (...words: readonly string[]) =>
      execFileSync(process.execPath, words, {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const bin = join(ROOT, 'node_modules');
    expect(run(join(bin, 'publint/src/cli.js'), '--strict')).toContain('All good');
    const types = run(join(bin, '@arethetypeswrong/cli/dist/index.js'), packed.path, '--profile', 'esm-only');
    expect(types).toContain('(ESM)');
  });
});

describe.each(NODES)('on Node %s', (version, node) => {
  it('is that version', async () => {
    expect((await runNode(node, ['--version'])).stdout.trim()).toBe(version);
  });

  it('runs the command', async () => {
    const program = join('node_modules', '.bin', 'dmarc-etl');
    const told = await runNode(node, [program, '--version']);
    expect(told).toEqual({ code: 0, stdout: `${readJson('package.json').version}\n`, stderr: '' });
    const out = ['--out', join(scratch, version)];
    const run = await runNode(node, [program, 'run', ...out, '--rate', '0', '--quiet']);
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
    const query = await runNode(node, [
      program,
      'query',
      ...out,
      '--json',
      'SELECT COUNT(*) AS days FROM v_domain_daily',
    ]);
    expect(JSON.parse(query.stdout)).toEqual([{ days: expect.any(Number) }]);
    expect((await runNode(node, [program, 'check', ...out])).code).toBe(0);
    const listed = await runNode(node, [program, 'monitors', 'list']);
    expect(JSON.parse(listed.stdout)).toHaveLength(2);
  });

  it.each(libraryExamples().map((code, index) => [index + 1, code] as const))(
    'runs example %d of the library',
    async (_, code) => {
      const path = join(folder, `example-${version}.mjs`);
      writeFileSync(path, code);
      const told = await runNode(node, [path]);
      expect(told).toMatchObject({ code: 0, stderr: '' });
      expect(told.stdout).not.toBe('');
    },
  );

  it('is required from CommonJS', async () => {
    const told = await runNode(node, [
      '--eval',
      "console.log(typeof require('mailersend-dmarc-etl').openClient)",
    ]);
    expect(told.stdout).toBe('function\n');
  });
});
