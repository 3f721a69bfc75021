import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import type { Row, Tables } from '../oracle/row.ts';
import { Account } from '../run/night.ts';
import { MARK, onlyRecord, pathsBelow, rowOfTexts, STORED, STRANGERS } from './strangers.ts';

const MONITOR = ['dmarc_record', 'wanted_dmarc_record', 'spf_record', 'spf_status'];
const DOMAIN = ['id', 'name'];
const SOURCE = ['domain', 'country', 'country_code', 'city'];
const RECORD = [
  ...['id', 'ip_address', 'ip_domain', 'spf_domain', 'dkim_domain', 'applied_policy', 'override_reason'],
  ...['override_comment', 'domain', 'country', 'country_code', 'city', 'report_source'],
];
const RESULT = ['domain', 'selector', 'result'];

/** Every column that keeps a text, as it was sent or in one form, with what was sent in `extra`. */
const COLUMNS: readonly (readonly [table: string, column: string, type?: 'spf' | 'dkim'])[] = [
  ...MONITOR.map((name) => ['monitors', name] as const),
  ...DOMAIN.map((name) => ['monitors', `domain_${name}`] as const),
  ...SOURCE.map((name) => ['aggregated_reports', name] as const),
  ...RECORD.map((name) => ['report_records', name === 'id' ? 'record_id' : name] as const),
  ...RESULT.map((name) => ['auth_results', name, 'spf'] as const),
  ...RESULT.map((name) => ['auth_results', name, 'dkim'] as const),
  ['report_sources', 'report_source'],
];

const statements: string[] = [];
let account: Account;
let duckdb: Tables;
let parquet: Tables;

beforeAll(async () => {
  account = await Account.open({ monitors: 1, ips: 0, days: 1, today: '2025-11-05' });
  fillAccount(account);
  listen();
  const summary = await account.run();
  vi.restoreAllMocks();
  await account.close();
  expect(summary).toMatchObject({ status: 'ok', items: { quarantined: 0 } });
  duckdb = await readDuckDb(join(account.current, 'dmarc.duckdb'));
  parquet = (await readParquet(account.current)).tables;
});

afterAll(() => account.close());

/** One monitor a text; the first has an IP a text, with one record each: answers stay below the limit. */
function fillAccount({ sandbox }: Account): void {
  const [first] = sandbox.truth().monitors as { id: string }[];
  const id = first?.id ?? '';
  STRANGERS.forEach((text, nth) => {
    const monitor = nth === 0 ? id : sandbox.addMonitor({ ips: 0, days: 1 });
    sandbox.setMonitor(monitor, { ...rowOfTexts(MONITOR, nth), domain: rowOfTexts(DOMAIN, nth) });
    const ip = `198.51.100.${nth}`;
    sandbox.addSource(id, ip);
    sandbox.setSource(id, ip, rowOfTexts(SOURCE, nth));
    const results = { spf_auth: [rowOfTexts(RESULT, nth)], dkim_auth: [rowOfTexts(RESULT, nth)] };
    sandbox.setRecord(id, onlyRecord(sandbox, id, ip), {
      ...rowOfTexts(RECORD, nth),
      ...results,
      [text]: text,
    });
  });
  const data = STRANGERS.map((report_source, reports) => ({ report_source, reports }));
  const body = JSON.stringify({ data });
  sandbox.configure({
    faultAt: ({ path }) => (path.endsWith(`/${id}/report-sources`) ? { status: 200, body } : null),
  });
}

/** Keeps every SQL text that is given to DuckDB. */
function listen(): void {
  const connection = DuckDBConnection.prototype;
  for (const name of ['run', 'runAndReadAll', 'stream', 'prepare'] as const) {
    const original = connection[name] as (...values: unknown[]) => never;
    vi.spyOn(connection, name).mockImplementation(function (this: DuckDBConnection, ...values: unknown[]) {
      statements.push(String(values[0]));
      return original.apply(this, values);
    });
  }
}

function valuesOf(tables: Tables, table: string, column: string, type: string): string[] {
  const rows = (tables[table] ?? []).filter(({ auth_type }) => type === '' || auth_type === type);
  const values = rows
    .map((row) => sentOf(row, column))
    .filter((value) => value !== null && value !== undefined);
  return values.map(String);
}

/** What was sent for a column: a text whose form is another one stands in `extra`. */
function sentOf(row: Row, column: string): unknown {
  const kept: Record<string, unknown> = typeof row.extra === 'string' ? JSON.parse(row.extra) : {};
  const fields = column === 'domain_name' ? Object(kept.domain) : kept;
  const name = column === 'domain_name' ? 'name' : column;
  return Object.hasOwn(fields, name) ? fields[name] : row[column];
}

describe('what strangers chose', () => {
  it.each(COLUMNS)(
    'comes back unchanged from %s.%s, of DuckDB and of Parquet',
    (table = '', column = '', type = '') => {
      expect(new Set(STORED).size).toBe(STRANGERS.length);
      for (const tables of [duckdb, parquet]) {
        const found = valuesOf(tables, table, column, type).sort();
        expect(found.length).toBe(STORED.length);
        expect(found.every((text, index) => text === [...STORED].sort()[index])).toBe(true);
      }
    },
  );

  it('comes back as name and value of an unknown field', () => {
    for (const tables of [duckdb, parquet]) {
      const known = new Map<string, unknown>();
      for (const { extra } of tables.report_records ?? []) {
        for (const [name, value] of Object.entries(JSON.parse(String(extra))))
          if (!RECORD.includes(name)) known.set(name, value);
      }
      expect([...known.keys()].sort()).toEqual([...STORED].sort());
      for (const [name, value] of known) expect(value === name).toBe(true);
    }
  });

  it('is part of no path', async () => {
    const paths = await pathsBelow(account.out);
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) expect(path).toMatch(/^[\w.=-]+(\/[\w.=-]+)*$/);
    expect(paths.filter((path) => path.includes(MARK))).toEqual([]);
  });

  it('is part of no statement', () => {
    expect(statements.length).toBeGreaterThan(50);
    expect(statements.filter((sql) => sql.includes(MARK) || sql.includes('__proto__'))).toEqual([]);
  });

  it('changes no prototype', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).report_source).toBeUndefined();
  });
});
