/**
 * How long each view takes to answer in full, all columns of all rows, on one million detail records in a DuckDB file.
 * `npm run bench:views`; names of views as arguments time only those. `cpu` are seconds of all cores together: on a machine
 * that is busy with other things, cpu / cores is what an idle one would need.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../dist/load/database.js';
import { createTables } from '../dist/load/ddl.js';
import { fillReferenceTables } from '../dist/load/reference.js';
import { createViews, readViews } from '../dist/load/views.js';
import { fillMillion } from './million-records.mjs';

const AIM_SECONDS = 1;
/** What a reader's own DuckDB allows itself by default is more: most of the machine's memory. */
const MEMORY_BYTES = 4e9;
const ROUNDS = 3;

const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-views-'));
try {
  await timeViews(join(directory, 'dmarc.duckdb'), process.argv.slice(2));
} finally {
  await rm(directory, { recursive: true });
}

async function timeViews(path, only) {
  const options = { memoryBytes: MEMORY_BYTES, tempDirectory: join(directory, 'spill') };
  const database = await openDatabase(path, options);
  await createTables(database);
  await fillMillion(database);
  await fillReferenceTables(database, {});
  await createViews(database);
  await database.run('CHECKPOINT');
  const [sizes] = await database.rows(
    'SELECT (SELECT count(*) FROM report_records) AS records, (SELECT count(*) FROM auth_results) AS results',
  );
  console.log(`${sizes.records} report_records, ${sizes.results} auth_results; best of ${ROUNDS}`);
  const names = (await readViews()).map(({ name }) => name);
  const rows = [];
  for (const name of names.filter((name) => only.length === 0 || only.includes(name)))
    rows.push(await timeView(database, name));
  database.close();
  console.table(rows);
  const slow = rows.filter(({ seconds }) => seconds >= AIM_SECONDS).map(({ view }) => view);
  console.log(
    slow.length === 0 ? `each under ${AIM_SECONDS} s` : `not under ${AIM_SECONDS} s: ${slow.join(', ')}`,
  );
}

/** The answer stays in DuckDB: what JavaScript would make of a million rows is not the view's time. */
async function timeView(database, view) {
  let seconds = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    const usedBefore = process.cpuUsage();
    await database.run(`SELECT * FROM ${view}`);
    const used = process.cpuUsage(usedBefore);
    seconds = Math.min(seconds, (performance.now() - startedAt) / 1000);
    cpu = Math.min(cpu, (used.user + used.system) / 1e6);
  }
  const [{ rows }] = await database.rows(`SELECT count(*) AS rows FROM ${view}`);
  return { view, rows: Number(rows), seconds: Number(seconds.toFixed(2)), cpu: Number(cpu.toFixed(2)) };
}
