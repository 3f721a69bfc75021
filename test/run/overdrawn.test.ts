import { afterEach, expect, it } from 'vitest';
import { answerJson, startServer } from '../extract/scripted-server.ts';
import { Account } from './night.ts';

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

it.each([
  ['overdrawn', { quota: 1000, remaining: -3 }, ['partial', 'quota', 0, 0]],
  ['as text', { quota: '1000', remaining: '752' }, ['ok', 'done', 752, 751]],
  ['unlimited', { quota: -1, remaining: -1 }, ['ok', 'done', null, null]],
  ['not a number', { quota: null, remaining: null }, ['ok', 'done', null, null]],
] as const)('a night publishes whatever the API says of its quota: %s', async (_, told, expected) => {
  const server = await startServer(({ url }, response) =>
    answerJson(response, 200, url === '/v1/api-quota' ? told : { data: [] }),
  );
  const account = await Account.open({ monitors: 1, ips: 1, days: 1 });
  open.push(server, account);
  const { status, stop_reason, quota_before, quota_after, version_dir } = await account.run({
    apiUrl: server.url,
  });
  expect([status, stop_reason, quota_before, quota_after]).toEqual(expected);
  expect(version_dir).not.toBeNull();
});
