import { describe, expect, it } from 'vitest';
import { ask, firstMonitor, listedIps, openSandbox, type Row, readAll } from './http.ts';

const EDGES = [
  { rows: 0, pages: 1 },
  { rows: 1, pages: 1 },
  { rows: 100, pages: 1 },
  { rows: 101, pages: 2 },
  { rows: 200, pages: 2 },
];

async function page(pagination: 'bare' | 'links' | 'total', rows: number, nth: number) {
  const sandbox = await openSandbox({ monitors: 1, ips: rows, days: 2, pagination });
  const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report`;
  const { json } = await ask(sandbox, `${path}?limit=100&page=${nth}&search=`);
  return { json, absolute: sandbox.url + path };
}

describe('pages', () => {
  it.each(EDGES)('are bare: $rows rows', async ({ rows, pages }) => {
    for (let nth = 1; nth <= pages + 1; nth += 1) {
      const { json } = await page('bare', rows, nth);
      expect(Object.keys(json)).toEqual(['data']);
      expect(json.data).toHaveLength(Math.max(0, Math.min(100, rows - (nth - 1) * 100)));
    }
  });

  it.each(EDGES)('have links without a last one: $rows rows', async ({ rows, pages }) => {
    const { json, absolute } = await page('links', rows, pages);
    expect(json.links.last).toBeNull();
    expect(json.links.next).toBeNull();
    expect(json.links.first).toBe(`${absolute}?limit=100&page=1&search=`);
    expect(json.meta).toEqual({
      current_page: pages,
      from: rows === 0 ? null : (pages - 1) * 100 + 1,
      path: absolute,
      per_page: 100,
      to: rows === 0 ? null : rows,
    });
    if (pages === 2) {
      expect(json.links.prev).toBe(`${absolute}?limit=100&page=1&search=`);
      const first = await page('links', rows, 1);
      expect(first.json.links.next).toBe(`${first.absolute}?limit=100&page=2&search=`);
    }
  });

  it.each(EDGES)('have links and a total: $rows rows', async ({ rows, pages }) => {
    const { json, absolute } = await page('total', rows, 1);
    expect(json.meta).toMatchObject({ total: rows, last_page: pages, per_page: 100, current_page: 1 });
    expect(json.links.last).toBe(`${absolute}?limit=100&page=${pages}&search=`);
    const past = await page('total', rows, pages + 1);
    expect(past.json.data).toEqual([]);
    expect(past.json.meta).toMatchObject({ total: rows, last_page: pages, from: null, to: null });
    expect(past.json.links.next).toBeNull();
  });

  it('are 25 rows long unless a limit is given', async () => {
    const sandbox = await openSandbox({ monitors: 30, ips: 0 });
    expect((await ask(sandbox, '/dmarc-monitoring')).json.data).toHaveLength(25);
    expect((await ask(sandbox, '/dmarc-monitoring?page=2')).json.data).toHaveLength(5);
    expect((await ask(sandbox, '/dmarc-monitoring?limit=10&page=3')).json.data).toHaveLength(10);
  });

  it.each(['page=0', 'page=x', 'page=1.5', 'limit=9', 'limit=101', 'limit=', 'limit=-10'])(
    'refuse %s',
    async (query) => {
      const sandbox = await openSandbox({ monitors: 1 });
      const { status, json } = await ask(sandbox, `/dmarc-monitoring?${query}`);
      const field = query.split('=')[0] as string;
      expect(status).toBe(422);
      expect(json.message).toMatch(/ #MS42209$/);
      expect(json.errors).toEqual({ [field]: [json.message] });
    },
  );

  it('carry report-sources as one page', async () => {
    const sandbox = await openSandbox({ monitors: 1, pagination: 'total' });
    const path = `/dmarc-monitoring/${firstMonitor(sandbox)}/report-sources`;
    const { json } = await ask(sandbox, path);
    expect(json.meta).toMatchObject({ last_page: 1, total: json.data.length });
    expect(json.links.next).toBeNull();
  });

  it('come in the order asked for, each the same set', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 120, days: 3 });
    const id = firstMonitor(sandbox);
    const path = `/dmarc-monitoring/${id}/report`;
    const natural = await readAll(sandbox, path);
    sandbox.configure({ order: 'reverse' });
    expect(await readAll(sandbox, path)).toEqual(natural.toReversed());
    sandbox.configure({ order: 'shuffled' });
    const shuffled = await readAll(sandbox, path);
    expect(shuffled).not.toEqual(natural);
    expect(await readAll(sandbox, path)).toEqual(shuffled);
    const ips = (rows: Row[]) => rows.map((row) => row.ip_address as string).sort();
    expect(ips(shuffled)).toEqual(ips(natural));
    expect(listedIps(sandbox, id)).toEqual(shuffled.map((row) => row.ip_address));
  });
});
