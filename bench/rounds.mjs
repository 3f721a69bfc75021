/** The measures of one generated account: in each round all of them, one after the other, on the same pages. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountOf, startAccount } from './accounts.mjs';
import { divide } from './division.mjs';
import { machine, measure, PROGRAM } from './measure.mjs';
import { quietNightFaults } from './quiet-night.mjs';

const yardstick = (name) => fileURLToPath(new URL(`./yardsticks/${name}.mjs`, import.meta.url));

/**
 * Measures an account with about `size` records in so many rounds, and then how a profiled run divides. Calls `keep` with
 * the result (figures.d.mts) after each round and at the end. Rejects if a program fails, a quiet night does what it must
 * not, or a yardstick reads other records than the program; what was kept before stays.
 */
export async function benchSize(size, runs, keep) {
  const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-bench-'));
  const account = await startAccount(accountOf(size));
  const result = { size, machine: machine(), rounds: [], division: null };
  try {
    for (let round = 1; round <= runs; round += 1) {
      console.error(`${size} records: round ${round} of ${runs}`);
      result.rounds.push(await benchRound(account, join(directory, `round-${round}`)));
      keep(result);
    }
    console.error(`${size} records: a profiled run`);
    result.division = await profiledRun(account, join(directory, 'profiled'));
    keep(result);
  } finally {
    await account.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchRound(account, directory) {
  const out = join(directory, 'out');
  const first = await run(account, out);
  const replayed = join(directory, 'replayed');
  const journal = copyJournal(out, replayed);
  const quiet = await run(account, out, '--verify', '0');
  refuse('a second run with nothing new did what it must not', quietNightFaults(quiet, first));
  await account.advanceDay();
  const changed = await run(account, out, '--verify', '0');
  const replay = await program(['replay', '--out', replayed]);
  const plain = await aside('plain', journal, directory);
  const read_json = await aside('read-json', journal, directory);
  const parse = await aside('parse', journal, directory);
  rmSync(directory, { recursive: true });
  // A yardstick also keeps what a later answer of the same journal repeats.
  const came = first.records + first.superseded;
  const odd = [
    ...[replay].filter(({ records }) => records !== first.records),
    ...[plain, read_json].filter(({ records }) => records !== came),
  ];
  refuse(
    `not all measures read ${first.records} records (${came} came)`,
    odd.map(({ records }) => `one read ${records}`),
  );
  const measures = { first, quiet, changed, replay, plain, read_json, parse };
  return Object.fromEntries(Object.entries(measures).map(([name, measured]) => [name, kept(measured)]));
}

/** One run of the account; with what its manifest says. */
async function run(account, out, ...flags) {
  const before = await account.worked();
  const measured = await program(wordsOfRun(account, out, flags), tokenOf(account));
  const sandbox_cpu_ms = (await account.worked()).ms - before.ms;
  const { files } = JSON.parse(readFileSync(join(out, 'current', 'manifest.json'), 'utf8'));
  return { ...measured, files, requests: await account.takeRequests(), sandbox_cpu_ms };
}

function wordsOfRun({ url }, out, flags = []) {
  return ['run', '--api-url', url, '--out', out, '--rate', '0', ...flags];
}

function tokenOf({ token }) {
  return { environment: { MAILERSEND_API_TOKEN: token } };
}

async function program(words, options) {
  const { output, ...measured } = await measure(PROGRAM, [...words, '--json'], options);
  const { run_id, as_of_date: asOf, rows, items } = JSON.parse(output);
  const { report_records: records, auth_results } = rows;
  return { ...measured, run_id, asOf, records, auth_results, superseded: items?.superseded ?? 0 };
}

/** Runs a yardstick; what it wrote is gone afterwards, so that it is not in the way of the next measure. */
async function aside(name, journal, directory) {
  const own = join(directory, name);
  const { output, ...measured } = await measure(yardstick(name), [journal, own]);
  rmSync(own, { recursive: true, force: true });
  return { ...measured, records: JSON.parse(output).rows };
}

/** Makes an out directory of the one journal of another; returns the journal's path in it. */
function copyJournal(out, copy) {
  const [from, to] = [out, copy].map((root) => join(root, '.state', 'journal'));
  mkdirSync(join(copy, '.state'), { recursive: true });
  cpSync(from, to, { recursive: true });
  return join(to, readdirSync(to)[0]);
}

function refuse(what, faults) {
  if (faults.length > 0) throw new Error([what, ...faults].join('\n  '));
}

/** The figures of a measure that are kept. */
function kept({ ms, peak_bytes, spans, records, auth_results, requests, sandbox_cpu_ms, files, run_id }) {
  const stages = spans.map(({ from, to, ...span }) => ({ ...span, ms: to - from }));
  const written = files?.filter(({ written_by }) => written_by === run_id).map(({ path }) => path);
  return { ms, peak_bytes, records, auth_results, requests, sandbox_cpu_ms, written, stages };
}

/** How a first run divides; profiling makes it slower, so it is no part of the rounds. */
async function profiledRun(account, directory) {
  const profiles = join(directory, 'profiles');
  const { spans } = await program(wordsOfRun(account, join(directory, 'out')), {
    ...tokenOf(account),
    nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
  });
  // CPU.<day>.<time>.<process>.<thread>.<number>.cpuprofile; 0 is the main thread.
  const threadOf = (name) => Number(name.split('.')[4]);
  const names = readdirSync(profiles).sort((a, b) => threadOf(a) - threadOf(b));
  const clockOffsetMs = Date.now() - Number(process.hrtime.bigint()) / 1e6;
  return divide(
    names.map((name) => JSON.parse(readFileSync(join(profiles, name), 'utf8'))),
    spans,
    clockOffsetMs,
  );
}
