import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { Book } from './book.ts';
import { listingCost } from './cost.ts';
import { Account, DAY_MS } from './night.ts';

let open: Account | null = null;
afterEach(() => open?.close());

const RECORD = 'v=DMARC1; p=quarantine; rua=mailto:new@example.org';

/** A quiet account that was exported once: another night costs its listing. */
async function exported(): Promise<{ account: Account; book: Book }> {
  open = await Account.open({ today: '2025-11-05', seed: 8, monitors: 3, ips: 12, days: 3 });
  const book = new Book(open);
  await book.run({ verify: '0' });
  return { account: open, book };
}

/** A run a day later, on which no report came. */
function nextNight(account: Account, book: Book): Promise<RunSummary> {
  account.clock.advance(DAY_MS);
  return book.run({ verify: '0' });
}

/** Calls the command line on the account; throws unless it ends well. */
async function call({ sandbox }: Account, ...words: readonly string[]): Promise<void> {
  const terminal = fakeTerminal({ environment: { MAILERSEND_API_TOKEN: sandbox.token } });
  expect(await dispatch([...words, '--api-url', sandbox.url, '--rate', '0'], terminal)).toBe(0);
}

async function rows(account: Account, table: string): Promise<Record<string, unknown>[]> {
  const stored = await readDuckDb(join(account.current, 'dmarc.duckdb'));
  return [...(stored[table] ?? [])];
}

function ids({ sandbox }: Account): string[] {
  return sandbox.truth().monitors.map((row) => (row as { id: string }).id);
}

test('favourites and a record that were changed are in the next run, at the cost of a quiet night', async () => {
  const { account, book } = await exported();
  const { sandbox } = account;
  const [id = ''] = ids(account);
  const listed = sandbox.truth().aggregated_reports[id] as { ip_address: string; is_favorite?: boolean }[];
  const marked = listed.find(({ is_favorite, ip_address }) => !is_favorite && ip_address.includes('.'));
  const ip = marked?.ip_address ?? '';
  await call(account, 'favorites', 'add', id, ip);
  await call(account, 'monitors', 'update', id, '--record', RECORD);

  const { status, requests } = await nextNight(account, book);
  expect([status, requests]).toEqual(['ok', listingCost(sandbox.truth(), 'bare')]);
  await book.expectTruth();
  const favorite = (await rows(account, 'aggregated_reports')).filter(
    (row) => row.monitor_id === id && row.ip_address === ip,
  );
  expect(favorite.at(-1)).toMatchObject({ is_favorite: true });
  const monitor = (await rows(account, 'monitors')).find(({ monitor_id }) => monitor_id === id);
  expect(monitor).toMatchObject({ wanted_dmarc_record: RECORD });

  await call(account, 'favorites', 'remove', id, ip);
  expect((await nextNight(account, book)).requests).toBe(requests);
  await book.expectTruth();
});

test('a created and a deleted monitor are in the next run: a listing and the sources of the new one', async () => {
  const { account, book } = await exported();
  const { sandbox } = account;
  const [gone = ''] = ids(account);
  await call(account, 'monitors', 'create', sandbox.spareDomains()[0]?.id ?? '');
  await call(account, 'monitors', 'delete', gone, '--yes');
  const created = ids(account).at(-1);

  const { status, requests } = await nextNight(account, book);
  expect(status).toBe('ok');
  expect(requests).toBeLessThanOrEqual(listingCost(sandbox.truth(), 'bare') + 1);
  const stored = (await rows(account, 'monitors')).map(({ monitor_id }) => monitor_id);
  expect(stored).toContain(created);
  expect(stored).toContain(gone);
});
