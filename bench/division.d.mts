/** What is read of a `.cpuprofile`; times in µs. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  /** Of each sample, since the one before. */
  readonly timeDeltas: readonly number[];
}

export interface Span {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

export interface StageDivision {
  readonly stage: string;
  readonly ms: number;
  readonly idle_ms: number;
  readonly threads: readonly Readonly<Record<string, number>>[];
}

export function divide(
  profiles: readonly Profile[],
  spans: readonly Span[],
  clockOffsetMs: number,
): StageDivision[];
