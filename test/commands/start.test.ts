import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from './built-program.ts';

const HEAVY = /\/node_modules\/(@duckdb|apache-arrow|undici|zod|pino|pino-pretty|cli-table3|cli-progress)\//;
const RECORDER = new URL('./record-modules.mjs', import.meta.url);

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-start-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** URLs of the modules that the program resolves until it ends with this exit code. */
async function modulesOf(words: readonly string[], exitCode: number): Promise<string[]> {
  const file = join(scratch, 'modules');
  writeFileSync(file, '');
  const { code, stderr } = await runProgram(words, { MODULES_FILE: file }, ['--import', RECORDER.href]);
  expect({ code, stderr: exitCode === 0 ? stderr : '' }).toEqual({ code: exitCode, stderr: '' });
  return readFileSync(file, 'utf8').trim().split('\n');
}

describe('the start of the command line', () => {
  it.each([
    { words: ['--version'], exitCode: 0 },
    { words: ['--help'], exitCode: 0 },
    { words: ['run', '--help'], exitCode: 0 },
    { words: ['query', '--help'], exitCode: 0 },
    { words: ['completion'], exitCode: 0 },
    { words: ['--get-yargs-completions', 'dmarc-etl', 'ru'], exitCode: 0 },
    { words: ['rnu'], exitCode: 2 },
  ])('loads nothing heavy for $words', async ({ words, exitCode }) => {
    const modules = await modulesOf(words, exitCode);
    expect(modules.some((url) => url.includes('/node_modules/yargs/'))).toBe(true);
    expect(modules.filter((url) => HEAVY.test(url))).toEqual([]);
  });

  it('loads no DuckDB for status', async () => {
    const out = join(scratch, 'published');
    mkdirSync(join(out, 'versions', 'x'), { recursive: true });
    symlinkSync('versions/x', join(out, 'current'));
    const manifest = {
      ...{
        contract_version: 1,
        run_id: 'x',
        program_version: '0',
        duckdb_version: '0',
        published_at: '2025-11-05',
      },
      ...{
        api_origin: 'https://a.example',
        link_generation: 0,
        catalog_hash: '',
        summary: null,
        tables: { monitors: 3 },
        files: [],
      },
    };
    writeFileSync(join(out, 'versions', 'x', 'manifest.json'), JSON.stringify(manifest));
    const modules = await modulesOf(['status', '--out', out], 0);
    expect(modules.some((url) => url.endsWith('/load/manifest.js'))).toBe(true);
    expect(modules.filter((url) => url.includes('/node_modules/@duckdb/'))).toEqual([]);
  });

  it('is seen to load what a command needs', async () => {
    const modules = await modulesOf(['query', '--out', scratch, 'SELECT 1'], 2);
    expect(modules.some((url) => url.includes('/node_modules/@duckdb/'))).toBe(true);
  });
});

describe('--version', () => {
  it("is the package's", async () => {
    const path = fileURLToPath(new URL('../../package.json', import.meta.url));
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    expect(await runProgram(['--version'])).toEqual({
      code: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
});
