import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isAskable } from '../../src/extract/request-path.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import type { Tables } from '../oracle/row.ts';
import { Account } from '../run/night.ts';
import { MARK, pathsBelow, STRANGERS, stored } from './strangers.ts';

/** Ids of monitors and addresses as a broken or hostile API might give them; none longer than a URL may be. */
const IDS = [
  ...STRANGERS.filter((text) => text.length < 1_000),
  '..',
  '.',
  ' ',
  'a/../../v1/api-quota',
  '?a=b#c',
];

let account: Account;
let summary: RunSummary;
let tables: Tables;
const asked: string[] = [];
let good = '';

beforeAll(async () => {
  account = await Account.open({ monitors: 1, ips: 1, days: 1, today: '2025-11-05' });
  const { sandbox } = account;
  good = (sandbox.truth().monitors as { id: string }[])[0]?.id ?? '';
  IDS.forEach((id, nth) => {
    sandbox.setMonitor(sandbox.addMonitor({ ips: 0, days: 1 }), { id });
    const ip = `198.51.100.${nth}`;
    sandbox.addSource(good, ip);
    sandbox.setSource(good, ip, { ip_address: id });
  });
  sandbox.configure({
    faultAt: ({ path }) => {
      asked.push(path);
      return null;
    },
  });
  summary = await account.run();
  await account.close();
  tables = await readDuckDb(join(account.current, 'dmarc.duckdb'));
});

describe('ids and addresses that strangers chose', () => {
  it('do not keep the rest from being read', () => {
    expect(summary.version_dir).not.toBeNull();
    expect(tables.report_records?.map(({ monitor_id }) => monitor_id)).toContain(good);
    const ids = tables.monitors?.map(({ monitor_id }) => monitor_id);
    expect(ids?.sort()).toEqual([good, ...IDS.map(stored)].sort());
  });

  it('are asked for as one segment of a path, or not at all', () => {
    const details = new RegExp(`^/v1/dmarc-monitoring/${good}/report/([^/]+)$`);
    const addresses = asked.flatMap((path) => details.exec(path)?.[1] ?? []).map(decodeURIComponent);
    for (const id of IDS) expect([id, addresses.includes(id)]).toEqual([id, isAskable(id)]);
    for (const path of asked) {
      expect(path).toMatch(/^\/v1\/(api-quota|dmarc-monitoring(\/[^/]+\/report(-sources|\/[^/]+)?)?)$/);
    }
  });

  it('are told as what could not be asked for or was not there', () => {
    const states = new Map(tables.meta_coverage?.map((row) => [row.ip_address, row.state]));
    for (const id of ['..', '.', ' ']) expect([id, states.get(id)]).toEqual([id, 'unaskable']);
    for (const id of ['__proto__', `../../etc/passwd${MARK}`]) expect(states.get(id)).toBe('gone');
  });

  it('are part of no path on the disk', async () => {
    const paths = await pathsBelow(account.out);
    for (const path of paths) expect(path).toMatch(/^[\w.=-]+(\/[\w.=-]+)*$/);
    expect(paths.filter((path) => path.includes(MARK) || path.includes('passwd'))).toEqual([]);
  });
});
