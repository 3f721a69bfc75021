import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TABLES } from '../../src/contract/tables.ts';
import { CheckError, ConfigurationError } from '../../src/errors.ts';
import { type Check, parseCheck, readChecks, runChecks } from '../../src/load/checks.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';

const RUN = '20251105T000000Z-0001';

let database: Database;
let checks: readonly Check[];
beforeEach(async () => {
  database = await openDatabase(':memory:');
  await createTables(database);
  await database.run(
    `INSERT INTO meta_runs (run_id, run_number, as_of_date, inserted, changed, superseded) VALUES ('${RUN}', 1, DATE '2025-11-05', 0, 0, 0)`,
  );
  checks = await readChecks(null);
});
afterEach(() => database.close());

test('an empty dataset passes every check', async () => {
  const results = await runChecks(database, RUN, checks, []);
  expect(results.filter((result) => !result.passed)).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual(
    (await readdir('sql/checks')).map((name) => name.replace('.sql', '')).sort(),
  );
});

/** For each check rows that break it, once unless told. */
const BREACHES: Record<string, { readonly sql: string; readonly violations?: number }> = {
  keys_unique: {
    sql: `INSERT INTO monitors (monitor_id, _run_id) VALUES ('m', 'r'), ('m', 'r');
      ${record({})}; ${record({})}; INSERT INTO auth_results (monitor_id, record_id, report_date, auth_type, position, _run_id)
      SELECT monitor_id, record_id, report_date, 'spf', 0, _run_id FROM report_records`,
    violations: 3,
  },
  keys_not_null: { sql: "INSERT INTO meta_coverage (monitor_id, ip_address) VALUES (NULL, '')" },
  orphan_auth_results: {
    sql: "INSERT INTO auth_results (monitor_id, record_id, auth_type, position) VALUES ('m', 'r', 'spf', 0)",
  },
  column_types: { sql: 'CREATE TABLE stray (amount DECIMAL(10, 2))' },
  items_equation: { sql: 'UPDATE meta_runs SET inserted = 1' },
  rates_in_range: { sql: record({ dmarc_pass_rate: 1.5, spf_pass_rate: 1, dkim_pass_rate: 1 }) },
  rates_agree: { sql: record({ dmarc_pass_rate: 0.5, spf_pass_rate: 0.9, dkim_pass_rate: 0 }) },
  details_add_up: {
    sql: `INSERT INTO meta_monitor_state (monitor_id, is_cumulative) VALUES ('m', TRUE);
      INSERT INTO meta_coverage (monitor_id, ip_address, state, aggregated_volume, served_volume) VALUES ('m', 'i', 'current', 2, 1)`,
  },
  records_not_in_future: { sql: record({ report_date: "DATE '2025-11-06'" }) },
  flags_agree_with_rates: { sql: record({ spf_aligned: 'TRUE', spf_pass_rate: 0 }) },
  known_values: {
    sql: `INSERT INTO meta_schema_drift VALUES ('report_records', '$.data[].applied_policy', 'enum', '"odd"', '${RUN}', '${RUN}')`,
  },
  no_drift: {
    sql: `INSERT INTO meta_schema_drift VALUES ('report_records', '$.data[].novel', 'field', '1', '${RUN}', '${RUN}')`,
  },
  nothing_quarantined: {
    sql: `INSERT INTO meta_quarantine VALUES ('${RUN}', 'report_records', '1:0', '$.data[0].id', 'row', 'no id', '{}')`,
  },
  no_duplicates: { sql: 'UPDATE meta_runs SET superseded = 3' },
  no_identical_records: { sql: `${record({ record_id: "'a'" })}; ${record({ record_id: "'b'" })}` },
  listings_fresh: { sql: "INSERT INTO monitors (monitor_id, is_active, _run_id) VALUES ('m', TRUE, 'r')" },
};

test('each check finds its breach, and only an error stops the publish', async () => {
  expect(Object.keys(BREACHES).sort()).toEqual(checks.map(({ name }) => name));
  for (const check of checks) {
    const fresh = await openDatabase(':memory:');
    await createTables(fresh);
    await fresh.run(
      `INSERT INTO meta_runs (run_id, run_number, as_of_date, inserted, changed, superseded) VALUES ('${RUN}', 1, DATE '2025-11-05', 0, 0, 0)`,
    );
    await fresh.run(BREACHES[check.name]?.sql ?? '');
    const [result] = await runChecks(fresh, RUN, [check], [check.name]);
    const { violations = 1 } = BREACHES[check.name] ?? {};
    expect(result, check.name).toMatchObject({ passed: false, accepted: true, violations });
    expect(result?.sample, check.name).not.toBeNull();
    const alone = runChecks(fresh, RUN, [check], []);
    if (check.severity === 'error') await expect(alone, check.name).rejects.toThrow(CheckError);
    else expect((await alone)[0], check.name).toMatchObject({ passed: false, accepted: false });
    fresh.close();
  }
});

test('results stand in meta_checks, those of a failed publish too', async () => {
  await database.run('UPDATE meta_runs SET inserted = 1');
  await expect(runChecks(database, RUN, checks, [])).rejects.toThrow(/items_equation.*1 violations/);
  const rows = await database.rows('SELECT name, passed FROM meta_checks WHERE NOT passed');
  expect(rows).toEqual([{ name: 'items_equation', passed: false }]);
});

test('the key checks speak of every table of the contract, with its key', async () => {
  const unique = await readFile('sql/checks/keys_unique.sql', 'utf8');
  const notNull = await readFile('sql/checks/keys_not_null.sql', 'utf8');
  for (const { name, key } of TABLES) {
    const grouped = `GROUP BY ${key.join(', ')} HAVING COUNT\\(\\*\\) > 1`;
    expect(unique).toMatch(
      new RegExp(`\\bFROM ${name} (WHERE HASH\\(${key.join(', ')}\\) IN \\([^;]*?\\) )?${grouped}`),
    );
    expect(notNull).toContain(`FROM ${name} WHERE ${key.map((column) => `${column} IS NULL`).join(' OR ')}`);
  }
});

test("the operator's own checks run beside the shipped ones", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-checks-'));
  await writeFile(
    join(directory, 'mine.sql'),
    '-- Severity: error\n-- Description: mine\nSELECT 1 AS one;\n',
  );
  const all = await readChecks(directory);
  await expect(runChecks(database, RUN, all, [])).rejects.toThrow('check mine failed');
  await expect(runChecks(database, RUN, all, ['mine'])).resolves.toBeDefined();
  await expect(runChecks(database, RUN, all, ['yours'])).rejects.toThrow(ConfigurationError);
  await writeFile(join(directory, 'keys_unique.sql'), '-- Severity: warn\n-- Description: again\nSELECT 1');
  await expect(readChecks(directory)).rejects.toThrow('there is a shipped check keys_unique');
});

test.each([
  ['SELECT 1', /does not open with its severity/],
  ['-- Severity: fatal\n-- Description: x\nSELECT 1', /does not open with its severity/],
])('a file that does not say what it is, is refused', (text, message) => {
  expect(() => parseCheck('odd.sql', text)).toThrow(message);
});

test('a check that does not run is told by its name', async () => {
  const broken = parseCheck(
    'broken.sql',
    '-- Severity: warn\n-- Description: x\nSELECT nothing FROM nowhere',
  );
  await expect(runChecks(database, RUN, [broken], [])).rejects.toThrow(/check broken does not run/);
});

/** A statement that inserts a record that is fine but for `cells` (SQL expressions). */
function record(cells: Record<string, string | number>): string {
  const all = {
    monitor_id: "'m'",
    record_id: "'r'",
    ip_canonical: "'192.0.2.1'",
    report_date: "DATE '2025-11-01'",
    total_volume: 1,
    _run_id: "'r'",
    ...cells,
  };
  return `INSERT INTO report_records (${Object.keys(all).join(', ')}) VALUES (${Object.values(all).join(', ')})`;
}
