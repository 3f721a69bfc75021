import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { type RunFlags, resolveRunOptions } from '../../src/options.ts';
import type { RunEffects, RunEvent } from '../../src/run/run-context.ts';
import { run } from '../../src/run.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

export const DAY_MS = 86_400_000;

/** A clock that stands still but while something sleeps: then it is there at once. */
export class JumpClock implements Clock {
  #nowMs: number;

  constructor(iso: string) {
    this.#nowMs = Date.parse(iso);
  }

  now = (): number => this.#nowMs;
  monotonic = (): number => this.#nowMs;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms > 0) this.#nowMs += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

export interface AccountOptions extends Partial<SandboxOptions> {
  /** When the first night begins, ISO; default 2025-11-05 at 02:00 UTC. */
  readonly start?: string;
}

/** A sandbox account and an out directory, with nights to run on it. */
export class Account {
  readonly sandbox: Sandbox;
  readonly clock: JumpClock;
  readonly out: string;
  /** Days that the account's plain answers cover; null = all. */
  readonly window: number | null;
  /** Everything the runs told, the newest run's last. */
  readonly events: RunEvent[] = [];
  readonly warnings: string[] = [];

  private constructor(sandbox: Sandbox, clock: JumpClock, out: string, window: number | null) {
    this.sandbox = sandbox;
    this.clock = clock;
    this.out = out;
    this.window = window;
  }

  static async open({ start = '2025-11-05T02:00:00Z', ...options }: AccountOptions = {}): Promise<Account> {
    const clock = new JumpClock(start);
    const sandbox = await startSandbox({ rateLimit: 0, now: clock.now, ...options });
    const out = join(await mkdtemp(join(tmpdir(), 'dmarc-etl-run-')), 'out');
    return new Account(sandbox, clock, out, options.window ?? null);
  }

  /** One run, unpaced unless a rate is given; on one core, since tests use all of them side by side. */
  async run(flags: RunFlags = {}, effects: Partial<RunEffects> = {}): Promise<RunSummary> {
    this.clock.advance(1_000);
    const options = resolveRunOptions(
      { out: this.out, apiUrl: this.sandbox.url, rate: 0, threads: 1, ...flags },
      { MAILERSEND_API_TOKEN: this.sandbox.token },
    );
    return run(options, {
      clock: this.clock,
      fileSystem: nodeFileSystem,
      tell: (event) => this.events.push(event),
      warn: (message) => this.warnings.push(message),
      signal: new AbortController().signal,
      program_version: '0.0.0-test',
      random: () => 0.5,
      ...effects,
    });
  }

  /** The next day at the same time: new reports arrive. */
  nextDay(): void {
    this.clock.advance(DAY_MS);
    this.sandbox.advanceDay();
  }

  /** The clock's UTC day, ISO. */
  get today(): string {
    return new Date(this.clock.now()).toISOString().slice(0, 10);
  }

  /** The published version's directory. */
  get current(): string {
    return join(this.out, 'current');
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
