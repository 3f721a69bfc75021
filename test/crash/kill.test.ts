import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { resolveLimits } from '../../src/options.ts';
import { replay } from '../../src/run/replay.ts';
import { between, pick, type Random, stream } from '../../src/sandbox/random.ts';
import { expectSameReadings } from '../oracle/compare.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import type { Tables } from '../oracle/row.ts';
import type { ChildRun } from './child-run.ts';
import { CrashAccount } from './crash-account.ts';

const KILLS = Number(process.env.CRASH_KILLS ?? 100);
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const LANES = 2;
const NIGHTS = 3;
const CONCURRENCY = 4;

/** Stages of a run, and how long each takes; learned from the runs that are not killed. */
const stageMs: Record<string, number> = { open: 100, extract: 300, load: 300, publish: 1_000 };

/** Where a kill found the run. */
type Landing = 'before' | keyof typeof stageMs | 'after the swap';

const landed: Record<Landing, number> = { before: 0 };
const figures = { runs: 0, replays: 0, details: 0, least: 0 };
const wrong: string[] = [];

test(`kill -9 at ${KILLS} random moments: every rerun ends in the exact truth`, {
  timeout: 1_800_000,
}, async () => {
  console.log(`CRASH_SEED=${SEED}`);
  const lanes = Array.from({ length: LANES }, (_, lane) => killInLane(lane, share(lane)));
  await Promise.all(lanes);
  const counts = Object.entries(landed).map(([where, count]) => `${where} ${count}`);
  console.log(
    `${KILLS} kills (${counts.join(', ')}), ${figures.runs} runs to the end, ${figures.replays} replays, ` +
      `wrong ${wrong.length}; first nights asked for ${figures.details} pages of details, the least is ${figures.least}`,
  );
  expect(wrong).toEqual([]);
});

function share(lane: number): number {
  return Math.floor(KILLS / LANES) + (lane < KILLS % LANES ? 1 : 0);
}

/** Accounts one after the other, a few nights each, until all kills are done. */
async function killInLane(lane: number, kills: number): Promise<void> {
  const random = stream('kill', SEED, lane);
  const left = { kills };
  for (let number = 0; left.kills > 0; number += 1) {
    const account = await CrashAccount.open({ seed: between(random, 1, 1_000_000) });
    try {
      await killThroughNights(account, random, left);
      console.log(`lane ${lane}: account ${number} is true, ${left.kills} kills to go`);
    } catch (error) {
      wrong.push(`lane ${lane}, account ${number}: ${(error as Error).message}`);
      left.kills -= 1;
    } finally {
      await account.close();
    }
  }
}

async function killThroughNights(
  account: CrashAccount,
  random: Random,
  left: { kills: number },
): Promise<void> {
  for (let night = 0; night < NIGHTS; night += 1) {
    const killed = await killSeries(account, random, left);
    const child = account.start();
    const summary = await account.finish(child);
    learn(child);
    figures.runs += 1;
    await account.expectTruth(summary);
    if (night === 0) expectLittleAskedAgain(account, killed);
    account.nextDay();
  }
  await expectSameReplay(account);
}

/** One to nine kills in a row; returns how many. */
async function killSeries(account: CrashAccount, random: Random, left: { kills: number }): Promise<number> {
  const series = Math.min(between(random, 1, 9), left.kills);
  for (let done = 0; done < series; ) {
    if (await killOnce(account, random)) done += 1;
  }
  left.kills -= series;
  return series;
}

/** Kills a run at a random moment of a random stage; false if it was done before. */
async function killOnce(account: CrashAccount, random: Random): Promise<boolean> {
  const before = await account.target();
  const stage = pick(random, Object.keys(stageMs));
  const delayMs = random() * (stageMs[stage] ?? 0);
  const child = account.start();
  await child.reaches(stage);
  await sleep(delayMs);
  child.kill('SIGKILL');
  const { signal, code, stderr } = await child.ended;
  const after = await account.target();
  if (after !== null) await account.verify();
  if (signal !== 'SIGKILL') {
    if (code !== 0) throw new Error(`a run that was not killed ended with ${code}:\n${stderr}`);
    return false;
  }
  if (after !== before) await expectNewest(account, after);
  const landing = after === before ? (child.stages.at(-1)?.stage ?? 'before') : 'after the swap';
  landed[landing] = (landed[landing] ?? 0) + 1;
  return true;
}

/** What `current` points at is the version before, or the one that the killed run has just completed. */
async function expectNewest(account: CrashAccount, target: string | null): Promise<void> {
  const newest = (await readdir(join(account.out, 'versions'))).sort().at(-1);
  if (target !== `versions/${newest}`) throw new Error(`current is ${target}, neither old nor new`);
}

function learn({ stages, startedAtMs }: ChildRun): void {
  const endedAtMs = performance.now();
  stages.forEach(({ stage, atMs }, index) => {
    if (atMs < startedAtMs) return;
    stageMs[stage] = (stages[index + 1]?.atMs ?? endedAtMs) - atMs;
  });
}

/** An interruption costs at most the answers under way again (and a listing, which is not counted here). */
function expectLittleAskedAgain({ sandbox }: CrashAccount, kills: number): void {
  const asked = sandbox.requests.byEndpoint['report-ip'] ?? 0;
  const least = Object.values(sandbox.truth().report_records)
    .flatMap((ips) => Object.values(ips))
    .reduce((sum, rows) => sum + Math.max(1, Math.ceil((rows?.length ?? 0) / 100)), 0);
  figures.details += asked;
  figures.least += least;
  if (asked > least + kills * CONCURRENCY) throw new Error(`${asked} details asked for, ${least} would do`);
}

/** The journals that were left make the same dataset again. */
async function expectSameReplay(account: CrashAccount): Promise<void> {
  const path = join(account.current, 'dmarc.duckdb');
  const published = lastingPart(await readDuckDb(path));
  const effects = { clock: systemClock, fileSystem: nodeFileSystem, program_version: '0.0.0-test' };
  await replay(
    {
      out: account.out,
      allowShrink: false,
      limits: resolveLimits({}),
      checksDirectory: null,
      acceptedChecks: [],
    },
    { ...effects, tell: () => undefined, warn: () => undefined },
  );
  await account.verify();
  expectSameReadings(lastingPart(await readDuckDb(path)), published);
  figures.replays += 1;
}

/** All but when a journal was loaded, and the checks, which are the replay's own. */
function lastingPart(tables: Tables): Tables {
  const journals = (tables.meta_journals ?? []).map((row) => ({ ...row, loaded_at: null }));
  return { ...tables, meta_journals: journals, meta_checks: [] };
}
