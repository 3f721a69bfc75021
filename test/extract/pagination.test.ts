import { expect, test } from 'vitest';
import { monitorPages } from '../../src/extract/monitors.ts';
import type { PageItem } from '../../src/extract/pagination.ts';
import { textField } from '../../src/extract/row-fields.ts';
import { scopePages } from '../../src/extract/scope-pages.ts';
import type { Transport } from '../../src/extract/transport.ts';
import { type Form, json, pageOf, rowsOf, type TestContext, testContext } from './fake-api.ts';

const FORMS: readonly Form[] = ['bare', 'links', 'total'];

async function readAll(
  items: AsyncGenerator<PageItem>,
): Promise<{ readonly ids: string[]; readonly last: PageItem | null }> {
  const ids: string[] = [];
  let last: PageItem | null = null;
  for await (const item of items) {
    last = item;
    if (item.kind === 'rows') for (const row of item.rows) ids.push(textField(row, 'id') ?? '');
  }
  return { ids, last };
}

const serve =
  (rows: readonly unknown[], form: Form, limit?: number): Transport =>
  async (request) =>
    json(pageOf(rows, form, request, limit));

const pagesAsked = ({ requests }: TestContext) => requests.map(({ query }) => Number(query?.page ?? 1));
const lastFlags = ({ journal }: TestContext) => journal.lines.map(({ is_last }) => is_last);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each(FORMS.flatMap((form) => [0, 1, 99, 100, 101, 200, 250].map((count) => [form, count] as const)))(
  '%s, %i rows: the fewest requests there can be',
  async (form, count) => {
    const test = testContext(serve(rowsOf(count), form));
    const { ids } = await readAll(monitorPages(test.context));
    expect(ids).toEqual(rowsOf(count).map(({ id }) => id));
    const proof = form === 'bare' && count > 0 ? 1 : 0;
    expect(pagesAsked(test)).toEqual(upTo(Math.max(1, Math.ceil(count / 100)) + proof));
    expect(lastFlags(test)).toEqual(pagesAsked(test).map((page, _, all) => page === all.length));
    expect(test.requests.every(({ query }) => query?.limit === '100')).toBe(true);
  },
);

test.each(FORMS)('%s: a server that gives 25 a page is read to its end', async (form) => {
  const test = testContext(serve(rowsOf(110), form, 25));
  const { ids } = await readAll(monitorPages(test.context));
  expect(ids.length).toBe(110);
});

test('links are never followed; one to another origin is told once', async () => {
  const test = testContext(async ({ query }) => {
    const page = Number(query?.page);
    return json({
      data: rowsOf(1, page),
      links: { next: page < 3 ? 'https://evil.example/steal?page=2' : null },
    });
  });
  await readAll(monitorPages(test.context));
  expect(test.requests.map(({ segments }) => segments)).toEqual([1, 2, 3].map(() => ['dmarc-monitoring']));
  expect(test.events.filter(({ type }) => type === 'foreign-link')).toEqual([
    { type: 'foreign-link', origin: 'https://evil.example' },
  ]);
});

test('the same page again and again ends as failed, and nothing of it counts as the last', async () => {
  const test = testContext(async () => json({ data: rowsOf(100) }));
  const { last } = await readAll(monitorPages(test.context));
  expect(last).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringContaining('repeats the one before') },
  });
  expect(lastFlags(test)).toEqual([false, false]);
});

test.each([
  [404, 'not-found', true],
  [422, 'refused', false],
  [400, 'refused', false],
])('status %i ends as %s', async (status, kind, isLast) => {
  const test = testContext(async () => json({ message: 'no' }, status));
  const { last } = await readAll(monitorPages(test.context));
  expect(last?.kind).toBe(kind);
  expect(test.journal.lines).toMatchObject([{ status, is_last: isLast, bodyText: undefined }]);
});

/** Rows that move: what each reading of the listing is cut from, by the number of the request. */
function moving(readings: readonly (readonly unknown[])[], form: Form): Transport {
  let asked = 0;
  return async (request) => {
    const rows = readings[Math.min(asked, readings.length - 1)] ?? [];
    asked += 1;
    return json(pageOf(rows, form, request));
  };
}

const still = rowsOf(150);
const inserted = [{ id: 'new' }, ...still];

test.each(['links', 'total'] as const)(
  '%s: rows that move while pages are read: read again, once',
  async (form) => {
    const test = testContext(moving([still, inserted], form));
    const { ids } = await readAll(monitorPages(test.context));
    expect(new Set(ids)).toEqual(new Set(inserted.map(({ id }) => id)));
    expect(pagesAsked(test)).toEqual([1, 2, 1, 2]);
    expect(lastFlags(test)).toEqual([false, false, false, true]);
    expect(test.events.filter(({ type }) => type === 're-read').length).toBe(1);
  },
);

test('a total that changed between the pages is drift, though the number of rows agrees', async () => {
  const removed = still.slice(1);
  const test = testContext(moving([still, removed], 'total'));
  const { ids } = await readAll(monitorPages(test.context));
  expect(new Set(ids).has('r100')).toBe(true);
  expect(pagesAsked(test)).toEqual([1, 2, 1, 2]);
});

test('a listing that never rests is read three times, no more', async () => {
  const readings = upTo(6).map((step) => [...rowsOf(step, 1000), ...still]);
  const test = testContext(moving(readings, 'total'));
  await readAll(monitorPages(test.context));
  expect(pagesAsked(test)).toEqual([1, 2, 1, 2, 1, 2]);
  expect(lastFlags(test)).toEqual([false, false, false, false, false, true]);
});

test('a total that never agrees, though nothing moves, costs one more reading', async () => {
  const test = testContext(async () =>
    json({ data: rowsOf(3), meta: { total: 7, last_page: 1, per_page: 100 } }),
  );
  await readAll(monitorPages(test.context));
  expect(lastFlags(test)).toEqual([false, true]);
  expect(test.events).toContainEqual(expect.objectContaining({ type: 'short-listing', rows: 3, total: 7 }));
});

const details = (test: TestContext, firstPage: number, isEnough = () => false) =>
  scopePages(test.context, {
    scope: { stream: 'report_records', monitor_id: 'm', ip: 'i' },
    segments: ['m', 'i'],
    keyOf: (row) => textField(row, 'id'),
    firstPage,
    isEnough,
    mayEnd: () => true,
  });

test.each<[Form, number, number, number[]]>([
  ['bare', 250, 3, [3, 1, 2]],
  ['links', 250, 3, [3, 1, 2]],
  ['total', 250, 2, [2, 3, 1]],
  ['bare', 300, 3, [3, 4, 1, 2]],
  ['total', 300, 4, [4, 1, 2, 3]],
  ['bare', 100, 2, [2, 1]],
  ['total', 100, 5, [5, 1]],
  ['bare', 150, 9, [9, 1, 2]],
  ['links', 0, 2, [2, 1]],
])('%s, %i rows, begun at page %i: every page once', async (form, count, firstPage, expected) => {
  const test = testContext(serve(rowsOf(count), form));
  const { ids } = await readAll(details(test, firstPage));
  expect(pagesAsked(test)).toEqual(expected);
  expect(new Set(ids).size).toBe(count);
  expect(lastFlags(test).at(-1)).toBe(true);
  expect(lastFlags(test).filter(Boolean).length).toBe(1);
});

test('reading stops as soon as there is enough, and that page counts as the last', async () => {
  const test = testContext(serve(rowsOf(500), 'total'));
  let pages = 0;
  await readAll(
    details(test, 1, () => {
      pages += 1;
      return pages === 2;
    }),
  );
  expect(lastFlags(test)).toEqual([false, true]);
});
