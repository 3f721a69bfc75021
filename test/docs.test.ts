import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = [
  ...['README.md', 'SECURITY.md', 'docs/failure-modes.md', 'docs/reported-faults.md', 'docs/rules.md'],
];

interface Named {
  readonly path: string;
  /** Part of the test's name; `''` where only the file is named. */
  readonly name: string;
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** The tests that a document names: `path` or `path: name of a test`, in backquotes. */
function testsIn(document: string): Named[] {
  const found = read(document).matchAll(/`(test\/[^`:\s]+\.test\.ts)(?::\s+([^`]+))?`/g);
  return [...found].map(([, path = '', name = '']) => ({ path, name: name.replaceAll(/\s+/g, ' ').trim() }));
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('names tests that exist', () => {
    const named = testsIn(document);
    expect(named.length).toBeGreaterThan(10);
    for (const { path, name } of named) {
      expect([path, existsSync(new URL(`../${path}`, import.meta.url))]).toEqual([path, true]);
      expect([path, name, read(path).includes(name)]).toEqual([path, name, true]);
    }
  });
});

describe('docs/failure-modes.md', () => {
  it('tells of all sixty, in order, each with a test or the word that there is none', () => {
    const rows = [...read('docs/failure-modes.md').matchAll(/^\| (\d+) \|.*\| ([^|]*) \|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    for (const [, , shown] of rows) expect(shown).toMatch(/`test\/|not covered|does not apply/);
  });
});

describe('docs/rules.md', () => {
  it('tells of R1 to R9, in order, each with a test', () => {
    const rows = [...read('docs/rules.md').matchAll(/^\| R(\d) \|.*\| ([^|]*) \|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const [, , shown] of rows) expect(shown).toMatch(/`test\/views\/[^`]+: [^`]+`/);
  });
});
