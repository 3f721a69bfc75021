import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { figuresMarkdown } from '../bench/figures.mjs';
import { readResults } from '../bench/results.mjs';
import { readDictionary } from '../src/load/dictionary.ts';
import { readViews } from '../src/load/views.ts';
import { schemaMarkdown } from '../src/present/schema-markdown.ts';

/** `npm run docs` writes all of them. */

/** A page with the text between `<!-- name -->` and `<!-- /name -->` replaced. */
function withBlock(page: URL, name: string, text: string): string {
  const block = `<!-- ${name} -->\n${text}<!-- /${name} -->\n`;
  const before = new RegExp(`<!-- ${name} -->\n[\\s\\S]*?<!-- /${name} -->\n`);
  const after = readFileSync(page, 'utf8').replace(before, () => block);
  expect(after).toContain(block);
  return after;
}

test('docs/data-dictionary.md is what `dmarc-etl schema` prints', async () => {
  const page = new URL('../docs/data-dictionary.md', import.meta.url);
  await expect(schemaMarkdown(await readDictionary())).toMatchFileSnapshot(page.pathname);
});

test('README.md lists every view with its purpose', async () => {
  const page = new URL('../README.md', import.meta.url);
  const rows = (await readViews()).map(
    ({ name, purpose }) => `| [\`${name}\`](docs/data-dictionary.md#${name}) | ${purpose} |\n`,
  );
  expect(rows).toHaveLength(24);
  const table = `| view | answers |\n|---|---|\n${rows.join('')}`;
  await expect(withBlock(page, 'views', table)).toMatchFileSnapshot(page.pathname);
});

test('docs/performance.md tells the kept results of `npm run bench`', async () => {
  const page = new URL('../docs/performance.md', import.meta.url);
  const figures = figuresMarkdown(readResults());
  await expect(withBlock(page, 'figures', figures)).toMatchFileSnapshot(page.pathname);
});
