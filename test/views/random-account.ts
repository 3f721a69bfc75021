import fc from 'fast-check';
import type { Database } from '../../src/load/database.ts';
import { type Cells, daysAgo, insert, monitor, record, snapshot, source } from './view-fixture.ts';

/** Random rows of the tables that views read. */
export interface RandomAccount {
  readonly records: readonly Cells[];
  readonly auths: readonly Cells[];
  readonly sources: readonly Cells[];
  readonly versions: readonly Cells[];
  /** First day of m2, where it replaced m3; null = it did not yet have a record. */
  readonly isReplaced: boolean;
}

/** m3 was made anew as m2; of `stray` there is no row in `monitors`. */
const MONITORS = ['m1', 'm2', 'm3', 'stray'];
const IPS = ['192.0.2.1', '192.0.2.2', '198.51.100.1', '', null];
const rate = fc.oneof(
  fc.constantFrom(0, 1, null),
  fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
);
const flag = fc.option(fc.boolean());
const aDay = fc.integer({ min: -2, max: 45 }).map(daysAgo);

const aRecord = fc
  .record({
    day: aDay,
    monitor_id: fc.constantFrom(...MONITORS),
    ip_canonical: fc.constantFrom(...IPS),
    ip_network: fc.constantFrom('n1', 'n2', null),
    total_volume: fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 }))),
    dmarc_pass_rate: rate,
    spf_pass_rate: rate,
    dkim_pass_rate: rate,
    spf_aligned: flag,
    dkim_aligned: flag,
    ip_domain: fc.constantFrom('esp.example', 'ESP.example ', '', null),
    country_code: fc.constantFrom('nl', 'NL', 'NA', '', null),
    applied_policy: fc.constantFrom('none', 'Reject', 'quarantine', 'pass', 'odd', '', ' ', null),
    override_reason: fc.constantFrom('forwarded', 'local_policy', 'whim', '', null),
    override_comment: fc.constantFrom('arc=pass', "it's", '', null),
    report_source: fc.constantFrom('google.com', 'Google.com ', ' ', "o'clock; --", '', null),
    withdrawn_date: fc.constantFrom(null, null, null, daysAgo(0)),
  })
  .map(({ day, ...cells }) => ({
    ...record('', day, 0, 'fail'),
    ...cells,
    requested_ip: cells.ip_canonical,
  }));

const anAuth = fc.record({
  record: fc.nat(59),
  auth_type: fc.constantFrom('spf', 'dkim'),
  domain: fc.constantFrom('a.example', 'esp.example', '', null),
  selector: fc.constantFrom('s1', '', null),
  result: fc.constantFrom('pass', 'Fail', 'temperror', 'odd', '', null),
});

/** An account of up to 60 records, with NULLs, zero volumes, odd enumerations and days in the future. */
export const randomAccount: fc.Arbitrary<RandomAccount> = fc
  .record({
    records: fc.array(aRecord, { minLength: 1, maxLength: 60 }),
    auths: fc.array(anAuth, { maxLength: 30 }),
    favorites: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    policies: fc.array(fc.constantFrom('none', 'quarantine', 'reject', null), { maxLength: 3 }),
    isReplaced: fc.boolean(),
  })
  .map(({ records, auths, favorites, policies, isReplaced }) => {
    const named = records.map((cells, index) => ({ ...cells, record_id: `r${index}` }));
    return {
      isReplaced,
      records: named,
      auths: auths.map(({ record: index, ...cells }, position) => {
        const { monitor_id, record_id } = named[index % named.length] ?? {};
        return { monitor_id: monitor_id ?? null, record_id: record_id ?? null, position, ...cells };
      }),
      sources: favorites.map((is_favorite, index) => source(String(IPS[index]), index, { is_favorite })),
      versions: policies.map((p, index) => ({
        monitor_id: 'm1',
        valid_from: `${daysAgo(30 - 10 * index)} 12:00:00+00`,
        valid_from_date: daysAgo(30 - 10 * index),
        published_p: p,
        effective_p: p,
      })),
    };
  });

/** Replaces what a database of `openViews` holds by an account. */
export async function replaceAccount(database: Database, account: RandomAccount): Promise<void> {
  for (const table of [
    'monitors',
    'report_records',
    'auth_results',
    'aggregated_reports',
    'meta_snapshots',
    'monitor_history',
  ])
    await database.run(`DELETE FROM ${table}`);
  await insert(database, 'monitors', [
    monitor('m1', 'a.example'),
    monitor('m2', 'b.example'),
    monitor('m3', 'b.example', account.isReplaced ? { replaced_by: 'm2' } : {}),
  ]);
  await insert(database, 'meta_snapshots', [snapshot('aggregated_reports', daysAgo(1))]);
  await insert(database, 'report_records', account.records);
  await insert(database, 'auth_results', account.auths);
  await insert(database, 'aggregated_reports', account.sources);
  await insert(database, 'monitor_history', account.versions);
}
