// Reads a published database with one version of DuckDB: `read.mjs DIRECTORY_WITH_DUCKDB DATABASE NAMES_FILE ANSWER_FILE`.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [directory, database, namesFile, answerFile] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(directory, 'package.json'))('@duckdb/node-api');
const { tables, views } = JSON.parse(readFileSync(namesFile, 'utf8'));

const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const rowsOf = async (sql) => (await connection.runAndReadAll(sql)).getRows();

const answers = {};
for (const name of tables) answers[name] = await attempt(`SELECT CAST(count(*) AS VARCHAR) FROM ${name}`);
for (const name of views) answers[name] = await attempt(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${name}`);
const [[version]] = await rowsOf('SELECT version()');
writeFileSync(answerFile, JSON.stringify({ version, answers }));

/** Rows as sorted texts, so that they can be compared as sets with repetitions. */
async function attempt(sql) {
  try {
    return { rows: (await rowsOf(sql)).map((row) => JSON.stringify(row)).sort() };
  } catch (error) {
    return { error: String(error.message).split('\n')[0] };
  }
}
