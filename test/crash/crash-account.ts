import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFileSystem } from '../../src/files.ts';
import { verifyVersion } from '../../src/load/verify.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { expectSameReadings, expectSameTables } from '../oracle/compare.ts';
import { Expectation } from '../oracle/expected.ts';
import { readDuckDb } from '../oracle/read-duckdb.ts';
import { readParquet } from '../oracle/read-parquet.ts';
import { type ChildEnd, ChildRun } from './child-run.ts';

const DAY_MS = 86_400_000;

/** One monitor, four IPs, some of them with more than one page of records. */
const SMALL: Partial<SandboxOptions> = { monitors: 1, ips: 4, days: 90, rateLimit: 0 };

/** Only what is new is asked for, so that a night can be told from the truth alone; one core, as several run at once. */
const FLAGS = ['--verify', '0', '--threads', '1'];

/** A small account with an out directory, exported by child processes; the first night begins on 2025-11-05. */
export class CrashAccount {
  readonly sandbox: Sandbox;
  readonly out: string;
  readonly #expectation = new Expectation();
  readonly #shift: { ms: number };

  private constructor(sandbox: Sandbox, out: string, shift: { ms: number }) {
    this.sandbox = sandbox;
    this.out = out;
    this.#shift = shift;
  }

  static async open(options: Partial<SandboxOptions> = {}): Promise<CrashAccount> {
    const shift = { ms: Date.parse('2025-11-05T02:00:00Z') - Date.now() };
    const now = () => Date.now() + shift.ms;
    const sandbox = await startSandbox({ ...SMALL, today: '2025-11-05', now, ...options });
    const out = join(await mkdtemp(join(tmpdir(), 'dmarc-etl-crash-')), 'out');
    return new CrashAccount(sandbox, out, shift);
  }

  get current(): string {
    return join(this.out, 'current');
  }

  get journals(): string {
    return join(this.out, '.state', 'journal');
  }

  /** Starts a run in a process of its own, which kills itself at `dieAt` (see die-at.mjs) if that is given. */
  start(flags: readonly string[] = [], dieAt = ''): ChildRun {
    const { url, token } = this.sandbox;
    const shiftMs = this.#shift.ms;
    return new ChildRun({ out: this.out, url, token, shiftMs, dieAt, flags: [...FLAGS, ...flags] });
  }

  /** A run to its end, which must be a good one. */
  async finish(child: ChildRun = this.start()): Promise<RunSummary> {
    return summaryOf(await child.ended);
  }

  nextDay(): void {
    this.#shift.ms += DAY_MS;
    this.sandbox.advanceDay();
  }

  /** Where `current` points; null if it does not exist. */
  async target(): Promise<string | null> {
    return readlink(this.current).catch(() => null);
  }

  /** Throws unless what is published verifies, Parquet included. */
  async verify(): Promise<void> {
    await verifyVersion(nodeFileSystem, join(this.out, (await this.target()) ?? 'current'));
  }

  /**
   * Throws unless DuckDB and Parquet hold the exact truth. Call it once after the last run of each day: which run
   * brought a row first is the only thing that is not told.
   */
  async expectTruth({ run_id, started_at }: RunSummary): Promise<void> {
    await this.verify();
    this.#expectation.afterRun(this.sandbox.truth(), { run_id, day: started_at.slice(0, 10) });
    const stored = await readDuckDb(join(this.current, 'dmarc.duckdb'));
    expectSameTables(stored, this.#expectation.tables(), ['_run_id']);
    expectSameReadings(stored, (await readParquet(this.current)).tables);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await rm(dirname(this.out), { recursive: true, force: true });
  }
}

/** What a run that ended well printed; throws with what it said if it did not. */
export function summaryOf({ code, signal, stdout, stderr }: ChildEnd): RunSummary {
  if (code !== 0) throw new Error(`the run ended with ${code ?? signal}:\n${stderr}`);
  return JSON.parse(stdout) as RunSummary;
}
