/**
 * `npm run test:portability`: every view over the published Parquet files in ClickHouse (chdb) and Spark SQL, compared
 * with DuckDB's rows. Installs both engines under node_modules/.cache the first time (1 GB); needs Python 3 and Java.
 * Writes docs/portability.md; fails if an engine disagrees.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { TABLES } from '../dist/contract/tables.js';
import { inOrder, readViews } from '../dist/load/views.js';
import { difference, normalRows } from './portability/compare.mjs';
import { makeDataset } from './portability/dataset.mjs';
import { engines } from './portability/engines.mjs';

const REPORT = new URL('../docs/portability.md', import.meta.url);

const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-portability-'));
try {
  await main();
} finally {
  await rm(directory, { recursive: true });
}

async function main() {
  const installed = engines();
  const version = await makeDataset(join(directory, 'out'));
  const duckdb = await askDuckDb(join(version, 'dmarc.duckdb'));
  const job = { tables: await tablesOf(version), views: duckdb.views };
  const others = [];
  for (const engine of installed) others.push(await ask(engine, job));
  const rows = duckdb.views
    .map(({ name, types }) => compareView(name, types, duckdb, others))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = report(duckdb, others, rows);
  process.stdout.write(text);
  await writeFile(REPORT, text);
  const broken = rows.filter(({ differences }) => differences.some((each) => each !== null));
  for (const { name, differences } of broken)
    differences.forEach((each, index) => {
      if (each !== null) console.error(`${name}: ${others[index].name} ${each}`);
    });
  if (broken.length > 0) process.exitCode = 1;
}

/** DuckDB's answers, and the views, each after those it reads. */
async function askDuckDb(path) {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const ask = (sql) => connection.runAndReadAll(sql);
  const views = [];
  const answers = new Map();
  for (const { name, select } of inOrder(await readViews())) {
    const reader = await ask(`SELECT * FROM ${name}`);
    const columns = reader.columnNames();
    const types = columns.map((column, index) => ({
      name: column,
      type: String(reader.columnTypes()[index]),
    }));
    views.push({ name, select, columns, types });
    answers.set(
      name,
      normalRows(
        reader.getRows().map((row) => row.map(plain)),
        types,
      ),
    );
  }
  const [[engineVersion]] = (await ask('SELECT version()')).getRows();
  connection.closeSync();
  instance.closeSync();
  return { version: engineVersion, views, answers };
}

/** DuckDB's own values as text. */
function plain(cell) {
  return typeof cell === 'object' && cell !== null ? String(cell) : cell;
}

/** Where the Parquet files of each table are; a table without a file has no row either. */
async function tablesOf(version) {
  const found = await readdir(join(version, 'parquet'));
  return TABLES.filter(({ name }) => found.includes(name)).map(({ name, partitionColumn }) => {
    const base = join(version, 'parquet', name);
    return {
      name,
      directory: base,
      pattern: join(base, partitionColumn === null ? '*.parquet' : '*/*.parquet'),
    };
  });
}

async function ask({ name, answer }, job) {
  const [jobFile, answerFile] = [join(directory, `${name}.json`), join(directory, `${name}-answer.json`)];
  await writeFile(jobFile, JSON.stringify({ ...job, answerFile }));
  answer(jobFile);
  return { name, ...JSON.parse(await readFile(answerFile, 'utf8')) };
}

function compareView(name, types, duckdb, others) {
  const wanted = duckdb.answers.get(name);
  const answerOf = (other) =>
    other.answers.find((answer) => answer.name === name) ?? { error: 'not answered' };
  const differences = others.map((other) => difference(wanted, answerOf(other), types));
  return { name, rows: wanted.length, differences };
}

function report(duckdb, others, rows) {
  const lines = rows.map(({ name, rows: count, differences }) =>
    ['', name, count, ...differences.map((each) => (each === null ? 'equal' : 'differs')), '']
      .join(' | ')
      .trim(),
  );
  const agreeing = rows.filter(({ differences }) => differences.every((each) => each === null)).length;
  return `# Portability

What \`npm run test:portability\` printed last: every view of \`sql/views/\`, its text unchanged, over the same published
Parquet files in DuckDB ${duckdb.version}, ${others.map(({ name, version }) => `${name} ${version}`).join(' and ')}.
ClickHouse runs with \`join_use_nulls = 1\` and \`cast_keep_nullable = 1\`. Rows are compared as sets with
repetitions, all columns, numbers to 12 digits. The account is the sandbox's, with everything odd that it can serve.

| view | rows | ${others.map(({ name }) => `${name} = DuckDB`).join(' | ')} |
|---|---:|${others.map(() => '---').join('|')}|
${lines.join('\n')}

${agreeing} of ${rows.length} views agree.
`;
}
