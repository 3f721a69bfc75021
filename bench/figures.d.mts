import type { StageDivision } from './division.mjs';

export interface Stage {
  readonly stage: string;
  readonly ms: number;
  readonly peak_bytes: number;
  /** What all threads of the process worked in it. */
  readonly cpu_ms: number;
}

/** What is kept of a measured process. */
export interface Measure {
  readonly ms: number;
  readonly peak_bytes: number;
  /** Detail records that it published or read. */
  readonly records?: number;
  readonly auth_results?: number;
  /** By endpoint of the sandbox; of runs that asked it. */
  readonly requests?: Readonly<Record<string, number>>;
  /** What the sandbox worked meanwhile; of runs that asked it. */
  readonly sandbox_cpu_ms?: number;
  /** Files that the run wrote, of those of its version. */
  readonly written?: readonly string[];
  /** In their order; none of a yardstick. */
  readonly stages: readonly Stage[];
}

export type MeasureName = 'first' | 'quiet' | 'changed' | 'replay' | 'plain' | 'read_json' | 'parse';

export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memory_bytes: number;
}

/** `bench/results/<records>.json`. */
export interface SizeResult {
  /** Records that were asked for; there are about so many. */
  readonly size: number;
  readonly machine: Machine;
  readonly rounds: readonly Readonly<Record<MeasureName, Measure>>[];
  /** Of a profiled run; null = it did not come to that. */
  readonly division: readonly StageDivision[] | null;
}

/** `bench/results/start.json`: ms by command; the first one is Node alone. */
export interface StartResult {
  readonly machine: Machine;
  readonly rounds: readonly Readonly<Record<string, number>>[];
}

export interface Results {
  readonly sizes: readonly SizeResult[];
  readonly start: StartResult | null;
}

export function figuresMarkdown(results: Results): string;
