import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCurrent, type ReadOnlyDatabase } from '../../src/load/current.ts';
import { readViews } from '../../src/load/views.ts';
import { colorsFor } from '../../src/present/colors.ts';
import { plainValue } from '../../src/present/plain-value.ts';
import { renderTable } from '../../src/present/table.ts';
import type { Account } from '../run/night.ts';
import { exportDemo } from './demo-dataset.ts';

const PAGE = new URL('../../docs/questions.md', import.meta.url);

/** A query and, when it is there, the answer behind it. */
const QUERY = /(```sql\n([^`]+)```\n)(?:\n```text\n[^`]*```\n)?/g;

let account: Account;
let database: ReadOnlyDatabase;

beforeAll(async () => {
  account = await exportDemo();
  database = await openCurrent(account.out);
});

afterAll(async () => {
  database?.close();
  await account?.close();
});

async function answer(sql: string): Promise<string> {
  const { columns, rows } = await database.query(sql);
  expect(rows.length).toBeGreaterThan(0);
  const cells = rows.map((row) => columns.map(({ type }, index) => plainValue(row[index], type)));
  const names = columns.map(({ name }) => name);
  return renderTable(names, cells, { colors: colorsFor(false), width: null });
}

test('docs/questions.md has fifteen questions, each with a view that answers it', async () => {
  const names = (await readViews()).map(({ name }) => name);
  const questions = readFileSync(PAGE, 'utf8').split(/^## /m).slice(1);
  expect(questions.map((text) => Number.parseInt(text, 10))).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
  for (const text of questions) {
    const [title = ''] = text.split('\n');
    const queries = [...text.matchAll(QUERY)].map(([, , sql = '']) => sql);
    expect([title, queries.length > 0]).toEqual([title, true]);
    const asked = queries.flatMap((sql) => [...sql.matchAll(/FROM (\w+)/g)].map(([, name = '']) => name));
    expect([title, asked.filter((name) => !names.includes(name))]).toEqual([title, []]);
    for (const name of asked) expect(text).toContain(`[\`${name}\`](data-dictionary.md#${name})`);
  }
});

/** `npm run docs` writes the answers. */
test('the answers in docs/questions.md are those of the demo dataset', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const answers = new Map<string, string>();
  for (const [, , sql = ''] of page.matchAll(QUERY)) answers.set(sql, await answer(sql));
  const answered = page.replaceAll(
    QUERY,
    (_, query, sql) => `${query}\n\`\`\`text\n${answers.get(sql) ?? ''}\`\`\`\n`,
  );
  await expect(answered).toMatchFileSnapshot(PAGE.pathname);
});
