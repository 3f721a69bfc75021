import { access, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * A reader beside the runs: `node fault-reader.mjs OUT STOP` asks DuckDB's file and the Parquet files behind `current`
 * again and again until the file STOP is there. A line of JSON a reading: the version, and a digest of each table from
 * both; or the error.
 */
const [out = '', stop = ''] = process.argv.slice(2);
const TABLES = { report_records: true, auth_results: true, aggregated_reports: true, monitors: true };
const SETTINGS = { threads: '1', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/** Counts and content, whatever the order of the rows. */
const digest = (source) =>
  `SELECT COUNT(*) || ' ' || COALESCE(SUM(CAST(hash(CAST(t AS VARCHAR)) AS HUGEINT)), 0) FROM ${source} AS t`;

async function ask(connection, source) {
  const reader = await connection.runAndReadAll(digest(source));
  return String(reader.getRows()[0]?.[0]);
}

/** What a reader gets that opens a file once, by the way through `current` or by the resolved one. */
async function readDatabase(path) {
  const instance = await DuckDBInstance.create(path, { ...SETTINGS, access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const newest = await connection.runAndReadAll('SELECT MAX(run_id) FROM meta_runs');
  const tables = {};
  for (const table of Object.keys(TABLES)) tables[table] = await ask(connection, table);
  connection.closeSync();
  instance.closeSync();
  return { version: String(newest.getRows()[0]?.[0]), tables };
}

async function readParquet(dir) {
  const instance = await DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const tables = {};
  for (const table of Object.keys(TABLES)) {
    const glob = join(dir, 'parquet', table, '**', '*.parquet');
    tables[table] = await ask(connection, `read_parquet('${glob}', hive_partitioning = false)`);
  }
  connection.closeSync();
  instance.closeSync();
  return { version: basename(dir), tables };
}

async function reading() {
  const dir = await realpath(join(out, 'current'));
  return [
    { kind: 'parquet', ...(await readParquet(dir)) },
    { kind: 'duckdb, resolved', ...(await readDatabase(join(dir, 'dmarc.duckdb'))) },
    { kind: 'duckdb', ...(await readDatabase(join(out, 'current', 'dmarc.duckdb'))) },
  ];
}

for (;;) {
  try {
    for (const seen of await reading()) console.log(JSON.stringify(seen));
  } catch (error) {
    console.log(JSON.stringify({ kind: 'error', message: error.message }));
  }
  const isOver = await access(stop).then(
    () => true,
    () => false,
  );
  if (isOver) break;
}
