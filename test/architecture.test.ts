import { describe, expect, it } from 'vitest';
import { brokenRules } from '../scripts/architecture-rules.ts';
import { type ImportGraph, readImportGraph, readImports, UNREADABLE } from '../scripts/read-imports.ts';

/** A graph from `file: imports`; a package or file alone is a static import. */
function graphOf(files: Record<string, readonly string[]>): ImportGraph {
  return new Map(
    Object.entries(files).map(([file, targets]) => [
      file,
      targets.map((target) => {
        const [first = '', kind] = target.split(' ');
        return { target: first, kind: (kind ?? 'static') as 'static' | 'type' | 'dynamic' };
      }),
    ]),
  );
}

const SOUND: Record<string, readonly string[]> = {
  'src/cli.ts': ['yargs', 'node:process', 'src/commands/run.ts', 'src/errors.ts'],
  'src/commands/run.ts': ['src/run.ts dynamic', 'src/present/table.ts dynamic', 'src/options.ts'],
  'src/commands/sandbox.ts': ['src/sandbox/sandbox.ts dynamic', 'src/sandbox/sandbox.ts type'],
  'src/run.ts': [
    'src/extract/client.ts',
    'src/load/publish.ts',
    'src/transform/page.ts',
    'src/journal/line.ts',
  ],
  'src/extract/client.ts': ['undici', 'src/journal/line.ts'],
  'src/transform/page.ts': ['apache-arrow', 'src/contract/table.ts'],
  'src/load/publish.ts': ['src/contract/table.ts', 'src/errors.ts'],
  'src/journal/line.ts': ['src/contract/table.ts'],
  'src/index.ts': ['src/client/open-client.ts', 'src/library/dataset.ts', 'src/errors.ts'],
  'src/library/dataset.ts': ['src/run.ts dynamic', 'src/load/publish.ts dynamic', 'src/options.ts'],
  'src/client/open-client.ts': ['zod', 'src/extract/client.ts', 'src/errors.ts'],
  'src/manage/compare-records.ts': ['src/transform/page.ts', 'src/client/open-client.ts type'],
  'src/contract/table.ts': ['apache-arrow'],
  'src/present/table.ts': ['cli-table3', 'src/errors.ts'],
  'src/sandbox/sandbox.ts': ['src/sandbox/days.ts', 'node:http'],
  'src/sandbox/days.ts': [],
  'src/options.ts': ['src/errors.ts'],
  'src/errors.ts': [],
};

describe('the rules of ARCHITECTURE.md', () => {
  it('hold in src', () => {
    const graph = readImportGraph(new URL('../', import.meta.url), 'src');
    expect(graph.size).toBeGreaterThan(10);
    expect(graph.get('src/commands/query.ts')).toContainEqual({
      target: 'src/load/current.ts',
      kind: 'dynamic',
    });
    expect(brokenRules(graph)).toEqual([]);
  });

  it('hold in a sound example', () => {
    expect(brokenRules(graphOf(SOUND))).toEqual([]);
  });

  it.each([
    ['a stage imports another', 'src/extract/client.ts', 'src/load/publish.ts'],
    ['a stage imports a type of another', 'src/transform/page.ts', 'src/extract/client.ts type'],
    ['a stage imports the story', 'src/load/publish.ts', 'src/run.ts type'],
    ['a stage imports the presentation', 'src/load/publish.ts', 'src/present/table.ts'],
    ['the contract imports the journal', 'src/contract/table.ts', 'src/journal/line.ts type'],
    ['the ground imports the contract', 'src/errors.ts', 'src/contract/table.ts type'],
    ['the presentation imports a stage', 'src/present/table.ts', 'src/load/publish.ts type'],
    ['the story imports the presentation', 'src/run.ts', 'src/present/table.ts'],
    ['the story imports a command', 'src/run.ts', 'src/commands/run.ts dynamic'],
    ['the entry skips the commands', 'src/cli.ts', 'src/run.ts dynamic'],
    ['the sandbox imports the ground', 'src/sandbox/days.ts', 'src/errors.ts'],
    ['another command imports the sandbox', 'src/commands/run.ts', 'src/sandbox/sandbox.ts dynamic'],
    ['a stage imports the sandbox', 'src/extract/client.ts', 'src/sandbox/days.ts type'],
    ['a command loads the story at once', 'src/commands/run.ts', 'src/run.ts'],
    ['the client imports a stage that stores', 'src/client/open-client.ts', 'src/load/publish.ts'],
    [
      'the client imports what is decided above it',
      'src/client/open-client.ts',
      'src/manage/compare-records.ts',
    ],
    ['a stage imports the client', 'src/extract/client.ts', 'src/client/open-client.ts type'],
    ['the library imports a command', 'src/library/dataset.ts', 'src/commands/run.ts'],
    ['a command imports the library', 'src/commands/run.ts', 'src/index.ts dynamic'],
    ['a command loads the client at once', 'src/commands/run.ts', 'src/client/open-client.ts'],
    ['a command loads a heavy package at once', 'src/commands/run.ts', 'undici'],
    ['a file that every start loads, loads a heavy package', 'src/options.ts', 'zod'],
    ['an import() hides its target', 'src/run.ts', `${UNREADABLE} dynamic`],
    ['an import leaves src', 'src/run.ts', '../elsewhere.ts'],
    ['two files import each other', 'src/sandbox/days.ts', 'src/sandbox/sandbox.ts type'],
  ])('are broken when %s', (_, file, target) => {
    const broken = brokenRules(graphOf({ ...SOUND, [file]: [...(SOUND[file] ?? []), target] }));
    expect(broken).not.toEqual([]);
    expect(broken.join('\n')).toContain(file);
  });

  it('are broken by a folder that they do not know', () => {
    expect(brokenRules(graphOf({ ...SOUND, 'src/utils/text.ts': ['src/errors.ts'] }))).toHaveLength(1);
  });
});

describe('reading imports', () => {
  it('sees every form, and none in comments and strings', () => {
    const text = `
      import fs from 'node:fs';
      import type { A } from './a.ts';
      import { type B, c } from '../b.ts';
      import {
        d,
      } from "./d.ts";
      import './effect.ts';
      export { e } from './e.ts';
      export type { F } from './f.ts';
      export * from './g.ts';
      /**
       * import { no } from './comment.ts';
       * await import('./comment.ts')
       */
      // import './line.ts'; import('./line.ts')
      const h = await import('./h.ts'); // import('./tail.ts')
      type I = typeof import('./i.ts');
      const j = await import(name);
      export const text = 'a from b';
    `;
    const seen = readImports('src/x/file.ts', text).map(({ target, kind }) => `${target} ${kind}`);
    expect(seen.sort()).toEqual(
      [
        'node:fs static',
        'src/x/a.ts type',
        'src/b.ts static',
        'src/x/d.ts static',
        'src/x/effect.ts static',
        'src/x/e.ts static',
        'src/x/f.ts type',
        'src/x/g.ts static',
        'src/x/h.ts dynamic',
        'src/x/i.ts type',
        `${UNREADABLE} dynamic`,
      ].sort(),
    );
  });
});
