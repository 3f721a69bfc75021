import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** ClickHouse in a process of its own, from npm: its library is 546 MB, so it is no dependency of the project. */
const CHDB = '3.4.0';
/** Spark SQL, from PyPI; needs Python and Java. */
const PYSPARK = '4.3.0';

const cache = fileURLToPath(new URL('../../node_modules/.cache/portability/', import.meta.url));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Installs what is not installed yet; each engine takes a job file and writes its answer file (see ../portability.mjs). */
export function engines() {
  return [clickhouse(), spark()];
}

function clickhouse() {
  const directory = join(cache, `chdb-${CHDB}`);
  once(directory, () => {
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    run('npm', ['install', '--no-audit', '--no-fund', '--no-save', `chdb@${CHDB}`], directory);
  });
  const script = here('clickhouse.mjs');
  return { name: 'ClickHouse', answer: (job) => run(process.execPath, [script, directory, job]) };
}

function spark() {
  const directory = join(cache, `pyspark-${PYSPARK}`);
  const python = join(directory, 'bin', 'python');
  once(directory, () => {
    run('python3', ['-m', 'venv', directory]);
    run(python, ['-m', 'pip', 'install', '--quiet', `pyspark==${PYSPARK}`]);
  });
  return { name: 'Spark', answer: (job) => run(python, [here('spark.py'), job]) };
}

/** Runs `install` unless it was run to its end before. */
function once(directory, install) {
  const done = join(directory, '.installed');
  if (existsSync(done)) return;
  mkdirSync(directory, { recursive: true });
  install();
  writeFileSync(done, '');
}

/** What the command printed on stdout; its stderr is ours. Throws if it fails. */
function run(command, words, cwd) {
  return execFileSync(command, words, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
