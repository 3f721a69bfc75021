// Answers a job (see ../portability.mjs) with ClickHouse: `clickhouse.mjs DIRECTORY_WITH_CHDB JOB_FILE`.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [directory, jobFile] = process.argv.slice(2);
const { Session } = createRequire(join(directory, 'package.json'))('chdb');
const { tables, views, answerFile } = JSON.parse(readFileSync(jobFile, 'utf8'));

/** Both make ClickHouse follow the standard: outer joins give NULL, and a NULL that is cast stays NULL. */
const SETTINGS = 'SET join_use_nulls = 1, cast_keep_nullable = 1';
const EXACT = 'SET output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1';

const session = new Session();
session.query(SETTINGS);
session.query(EXACT);
for (const { name, pattern } of tables)
  session.query(`CREATE VIEW ${name} AS SELECT * FROM file('${pattern}', Parquet)`);
const answers = views.map(({ name, select, columns }) => ({ name, ...attempt(name, select, columns) }));
const version = session.query('SELECT version()', 'TSV').trim();
writeFileSync(answerFile, JSON.stringify({ version, answers }));
session.close();

function attempt(name, select, columns) {
  try {
    session.query(`CREATE VIEW ${name} AS ${select}`);
    const text = session.query(`SELECT ${columns.join(', ')} FROM ${name}`, 'JSONCompactEachRow');
    return {
      rows: text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    };
  } catch (error) {
    return { error: String(error.message).slice(0, 2000) };
  }
}
