/**
 * `npm run test:readers`: every view and table of a published database, read with each version of DuckDB that README.md
 * promises (scripts/readers/versions.json), compared with what the newest says: all rows of views, counts of tables.
 * Installs the versions with npm into the system's directory for temporary files, once. Fails if one disagrees.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TABLES } from '../dist/contract/tables.js';
import { readViews } from '../dist/load/views.js';
import { makeDataset } from './portability/dataset.mjs';

const VERSIONS = JSON.parse(readFileSync(new URL('readers/versions.json', import.meta.url), 'utf8'));
const READ = fileURLToPath(new URL('readers/read.mjs', import.meta.url));
const cache = join(tmpdir(), 'dmarc-etl-readers');

const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-published-'));
try {
  await main();
} finally {
  await rm(directory, { recursive: true });
}

async function main() {
  const installed = VERSIONS.map(install);
  const database = join(await makeDataset(join(directory, 'out')), 'dmarc.duckdb');
  const names = {
    tables: TABLES.map(({ name }) => name),
    views: (await readViews()).map(({ name }) => name),
  };
  writeFileSync(join(directory, 'names.json'), JSON.stringify(names));
  const readings = installed.map((place) => read(place, database));
  const newest = readings.at(-1);
  const all = [...names.tables, ...names.views];
  const failed = all.filter((name) => newest.answers[name].error !== undefined);
  for (const name of failed) console.error(`${newest.version}: ${name} fails: ${newest.answers[name].error}`);
  let broken = failed.length;
  for (const { version, answers } of readings) {
    const odd = all.flatMap((name) => difference(name, newest.answers[name], answers[name]));
    for (const text of odd) console.error(`${version}: ${text}`);
    broken += odd.length;
    console.log(`${version}: ${all.length - odd.length} of ${all.length} tables and views are alike`);
  }
  if (broken > 0) process.exitCode = 1;
}

/** Where a version of DuckDB is installed. */
function install(version) {
  const place = join(cache, version);
  const done = join(place, '.installed');
  if (existsSync(done)) return place;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n');
  const packages = [`@duckdb/node-api@${version}`, `@duckdb/node-bindings@${version}`];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: place, stdio: 'inherit' });
  writeFileSync(done, '');
  return place;
}

/** In a process of its own: two versions of DuckDB do not fit into one. */
function read(place, database) {
  const answer = join(directory, 'answer.json');
  execFileSync(process.execPath, [READ, place, database, join(directory, 'names.json'), answer], {
    stdio: 'inherit',
  });
  return JSON.parse(readFileSync(answer, 'utf8'));
}

/** What differs, in one line; nothing if the rows are the same. */
function difference(name, wanted, { rows, error }) {
  if (error !== undefined) return [`${name} fails: ${error}`];
  const expected = wanted.rows ?? [];
  if (rows.length !== expected.length)
    return [`${name} has ${rows.length} rows instead of ${expected.length}`];
  const at = rows.findIndex((row, index) => row !== expected[index]);
  return at === -1 ? [] : [`${name} has ${rows[at]} instead of ${expected[at]}`];
}
