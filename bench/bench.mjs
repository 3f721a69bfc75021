/**
 * `npm run bench [-- --records 100000,500000,2000000 --runs 5]`: how fast the pipeline is on generated accounts, beside
 * yardsticks that run on the same pages in the same round. The ratios are the result: seconds depend on the machine.
 * Prints tables, and writes all figures to `bench/results/`.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accountOf, startAccount } from './accounts.mjs';
import { measure, median, PROGRAM } from './measure.mjs';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000,500000,2000000' },
    runs: { type: 'string', default: '5' },
  },
});
const RUNS = Number(values.runs);
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const yardstick = (name) => fileURLToPath(new URL(`./yardsticks/${name}.mjs`, import.meta.url));

const MEASURES = {
  first: 'sandbox → published',
  quiet: 'a night with nothing new',
  changed: 'a night with 5 % of the IPs changed',
  replay: 'journal → published',
  plain: 'yardstick: plain script',
  read_json: 'yardstick: read_json',
  parse: 'yardstick: JSON.parse alone',
};

mkdirSync(RESULTS, { recursive: true });
for (const size of values.records.split(',').map(Number)) {
  const result = await benchSize(size);
  print(result);
  writeFileSync(join(RESULTS, `${size}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** All measures of one size, `RUNS` rounds of them. */
async function benchSize(size) {
  const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-bench-'));
  const account = await startAccount(accountOf(size));
  const rounds = [];
  let rows;
  try {
    for (let round = 0; round < RUNS; round += 1) {
      const figures = await benchRound(account, join(directory, String(round)));
      rows = figures.first.summary.rows;
      rounds.push(figures);
      rmSync(join(directory, String(round)), { recursive: true });
    }
  } finally {
    await account.close();
    rmSync(directory, { recursive: true, force: true });
  }
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model };
  return { size, records: rows.report_records, auth_results: rows.auth_results, machine, rounds };
}

async function benchRound(account, directory) {
  const out = join(directory, 'out');
  const run = (...flags) =>
    dmarcEtl(['run', '--api-url', account.url, '--out', out, '--rate', '0', ...flags], account);
  const first = await run();
  const copied = join(directory, 'replayed');
  mkdirSync(join(copied, '.state'), { recursive: true });
  cpSync(join(out, '.state', 'journal'), join(copied, '.state', 'journal'), { recursive: true });
  const journal = join(copied, '.state', 'journal', readdirSync(join(copied, '.state', 'journal'))[0]);
  const quiet = await run('--verify', '0');
  await account.advanceDay();
  const changed = await run('--verify', '0');
  const replay = await dmarcEtl(['replay', '--out', copied], account);
  const plain = await measure(yardstick('plain'), [journal, join(directory, 'plain')]);
  const read_json = await measure(yardstick('read-json'), [journal, join(directory, 'read-json')]);
  const parse = await measure(yardstick('parse'), [journal]);
  return { first, quiet, changed, replay, plain, read_json, parse };
}

async function dmarcEtl(words, { token }) {
  const environment = { MAILERSEND_API_TOKEN: token };
  const { output, ...figures } = await measure(PROGRAM, [...words, '--json'], environment);
  return { ...figures, summary: JSON.parse(output) };
}

function print({ records, auth_results, rounds }) {
  const of = (name, read) => median(rounds.map((round) => read(round[name])));
  console.log(`\n${records} records, ${auth_results} auth results, median of ${rounds.length}`);
  console.table(
    Object.entries(MEASURES).map(([name, label]) => ({
      measure: label,
      seconds: round(of(name, ({ ms }) => ms / 1000)),
      'µs a record': round(of(name, ({ ms }) => (ms * 1000) / records)),
      'peak MB': Math.round(of(name, ({ peakBytes }) => peakBytes / 1e6)),
      requests: rounds[0][name].summary?.requests ?? '',
      written: rounds[0][name].summary?.files.written ?? '',
      'share of journal → published': round(median(rounds.map((r) => r[name].ms / r.replay.ms))),
    })),
  );
  console.table(
    Object.fromEntries(
      ['first', 'quiet', 'changed', 'replay'].map((name) => [
        MEASURES[name],
        Object.fromEntries(
          Object.keys(rounds[0][name].stages).map((stage) => [
            `${stage}, s`,
            round(of(name, ({ stages }) => stages[stage] / 1000)),
          ]),
        ),
      ]),
    ),
  );
}

function round(figure) {
  return Math.round(figure * 100) / 100;
}
