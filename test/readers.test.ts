import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** What `npm run test:readers` compares, the newest last. */
const packages = JSON.parse(read('scripts/readers/versions.json')) as string[];
const versions = packages.map((text) => text.replace(/-.*/, ''));

test('README.md promises the versions of DuckDB that are compared, and no older one', () => {
  const listed = `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}`;
  const readme = read('README.md');
  expect(readme).toContain(`Every view has the same rows in DuckDB ${listed} (`);
  const oldest = versions[0]?.split('.').slice(0, 2).join('.');
  expect([...readme.matchAll(/any DuckDB from (\S+) on/g)].map(([, from]) => from)).toEqual([oldest]);
});

test('the newest version that is compared is the one the program is built with', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  expect(packages.at(-1)).toBe(dependencies['@duckdb/node-api']);
});
