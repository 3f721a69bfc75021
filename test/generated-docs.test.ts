import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readDictionary } from '../src/load/dictionary.ts';
import { readViews } from '../src/load/views.ts';
import { schemaMarkdown } from '../src/present/schema-markdown.ts';

/** `npm run docs` writes both. */

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
  const table = `<!-- views -->\n| view | answers |\n|---|---|\n${rows.join('')}<!-- /views -->\n`;
  const before = readFileSync(page, 'utf8');
  const after = before.replace(/<!-- views -->\n[\s\S]*?<!-- \/views -->\n/, table);
  expect(after).toContain(table);
  await expect(after).toMatchFileSnapshot(page.pathname);
});
