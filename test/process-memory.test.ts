import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { setAllocator } from '../src/process-memory.ts';
import { startNode } from './commands/built-program.ts';

/** As it is built; `npm test` builds first. */
const BUILT = pathToFileURL(fileURLToPath(new URL('../dist/process-memory.js', import.meta.url))).href;

/** What a module of this code, run by itself, prints. */
async function printed(code: string) {
  const child = startNode(['--input-type=module', '--eval', code]);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}

describe('the allocator of DuckDB', () => {
  it('is left as the operator set it', () => {
    const environment = { DUCKDB_JE_MALLOC_CONF: 'narenas:4' };
    setAllocator(environment);
    expect(environment).toEqual({ DUCKDB_JE_MALLOC_CONF: 'narenas:4' });
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'takes each setting, and knows them all',
    async () => {
      const environment: Record<string, string> = {};
      setAllocator(environment);
      const settings = environment.DUCKDB_JE_MALLOC_CONF?.split(',') ?? [];
      expect(settings.length).toBeGreaterThan(0);
      const { stderr } = await printed(`
      import { setAllocator } from ${JSON.stringify(BUILT)};
      setAllocator(process.env);
      process.env.DUCKDB_JE_MALLOC_CONF += ',confirm_conf:true';
      const { DuckDBInstance } = await import('@duckdb/node-api');
      await DuckDBInstance.create(':memory:');
    `);
      for (const setting of settings) expect(stderr).toContain(`-- Set conf value: ${setting}\n`);
      expect(stderr).not.toMatch(/invalid|Malformed/i);
    },
  );
});

describe('the heap', () => {
  it('shrinks to what lives', async () => {
    const { stdout, stderr } = await printed(`
      import { giveBackHeap } from ${JSON.stringify(BUILT)};
      let kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index, text: String(index) }));
      const before = process.memoryUsage().heapTotal;
      kept = [];
      giveBackHeap();
      console.log(JSON.stringify({ before, after: process.memoryUsage().heapTotal }));
    `);
    expect(stderr).toBe('');
    const { before, after } = JSON.parse(stdout) as { before: number; after: number };
    expect(after).toBeLessThan(before * 0.6);
  });
});
