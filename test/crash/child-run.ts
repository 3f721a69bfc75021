import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PROGRAM, startNode } from '../commands/built-program.ts';

const PRELOADED = ['./shifted-clock.mjs', './die-at.mjs'].flatMap((name) => [
  '--import',
  fileURLToPath(new URL(name, import.meta.url)),
]);

export interface ChildRunOptions {
  readonly out: string;
  readonly url: string;
  readonly token: string;
  /** Added to the machine's clock. */
  readonly shiftMs?: number;
  /** Further flags of `run`. */
  readonly flags?: readonly string[];
  /** The file system call before which the process kills itself; see die-at.mjs. */
  readonly dieAt?: string;
}

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stage of the run in a child, and when its first log line came. */
export interface SeenStage {
  readonly stage: string;
  readonly atMs: number;
}

/** `dmarc-etl run` in a process of its own, which can be killed. */
export class ChildRun {
  readonly startedAtMs = performance.now();
  readonly ended: Promise<ChildEnd>;
  /** Stages that the run has told of so far. */
  readonly stages: SeenStage[] = [];
  readonly #child: ChildProcess;
  readonly #waiting: { readonly stage: string; readonly resolve: (hasCome: boolean) => void }[] = [];

  constructor({ out, url, token, shiftMs = 0, flags = [], dieAt = '' }: ChildRunOptions) {
    const program = [...PRELOADED, PROGRAM];
    const words = ['run', '--out', out, '--api-url', url, '--rate', '0', '--json', ...flags];
    const environment = { MAILERSEND_API_TOKEN: token, CLOCK_SHIFT_MS: String(shiftMs), DIE_AT: dieAt };
    const child = startNode([...program, ...words], environment);
    this.#child = child;
    const stderr: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      stderr.push(line);
      this.#hear(line);
    });
    this.ended = Promise.all([text(child.stdout), endOf(child)]).then(([stdout, [code, signal]]) => {
      for (const { resolve } of this.#waiting) resolve(false);
      return { code, signal, stdout, stderr: stderr.join('\n') };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when the run tells that a stage begins; false if the process ended without. */
  reaches(stage: string): Promise<boolean> {
    if (this.stages.some((seen) => seen.stage === stage)) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#waiting.push({ stage, resolve });
      void this.ended.then(() => resolve(false));
    });
  }

  /** Sends a signal, if the process is still there. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #hear(line: string): void {
    const [, stage] = /"event":"stage","stage":"(\w+)"/.exec(line) ?? [];
    if (stage === undefined) return;
    this.stages.push({ stage, atMs: performance.now() });
    for (const waiting of this.#waiting) if (waiting.stage === stage) waiting.resolve(true);
  }
}

function endOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
}
